import type { Session } from '@mixun/core/session'

/** Changes the frames that a side sends: what goes out in the place of frame `index`, none, one or several. */
export type Tamper = (
  frame: Uint8Array,
  index: number,
) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>

/**
 * A session whose outgoing frames pass through `tamper`: an honest run over it is a malicious peer. What it received is
 * there as `received`, for who wants to send it back.
 */
export function tamperedSession(
  session: Session,
  tamper: (received: readonly Uint8Array[]) => Tamper,
): Session {
  const received: Uint8Array[] = []
  const change = tamper(received)
  let sent = 0
  const send = async (frame: Uint8Array): Promise<void> => {
    for (const out of await change(frame, sent++)) await session.send(out)
  }
  const receive = async (): Promise<Uint8Array> => {
    const frame = await session.receive()
    received.push(frame)
    return frame
  }
  const replaced: Partial<Record<PropertyKey, unknown>> = { send, receive }
  return new Proxy(session, {
    get(target, name) {
      if (name in replaced) return replaced[name]
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
