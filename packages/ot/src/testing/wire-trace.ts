import type { Session } from '@mixun/core/session'
import { type RunningHash, intl } from '@mixun/core/suite'
import { i2osp, toHex } from '@mixun/core/bytes'

/** What a session sent: frames, bytes, and the hash of every frame with its length, in order. */
export interface WireTrace {
  readonly frames: number
  readonly bytes: number
  readonly sha256: string
}

/** A session that hashes what its owner sends. For tests. */
export function tracedSession(session: Session): { session: Session; trace: () => WireTrace } {
  const hash: RunningHash = intl.startHash()
  let [frames, bytes] = [0, 0]
  const send = async (message: Uint8Array): Promise<void> => {
    frames++
    bytes += message.length
    hash.update(i2osp(message.length, 4))
    hash.update(message.slice())
    await session.send(message)
  }
  const traced = new Proxy(session, {
    get(target, name) {
      if (name === 'send') return send
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { session: traced, trace: () => ({ frames, bytes, sha256: toHex(hash.digest()) }) }
}
