import type { Session } from '@mixun/core/session'

/** What a hostile peer does with one of the frames it should send. */
export type FrameAttack =
  | 'truncate'
  | 'extend'
  | 'empty'
  | 'oversize'
  | 'flip first bit'
  | 'flip last bit'
  | 'zeros'
  | 'ones'
  | 'replay'
  | 'reorder'
  | 'disappear'
  | 'stall'

export const FRAME_ATTACKS: readonly FrameAttack[] = [
  'truncate',
  'extend',
  'empty',
  'oversize',
  'flip first bit',
  'flip last bit',
  'zeros',
  'ones',
  'replay',
  'reorder',
  'disappear',
  'stall',
]

/** A session whose owner follows the protocol but for its frame `nth`, from 0, of those it sends through this object. */
export function hostileSession(session: Session, nth: number, attack: FrameAttack): Session {
  let sent = 0
  let held: Uint8Array | null = null
  const send = async (message: Uint8Array): Promise<void> => {
    const index = sent++
    if (index < nth) return await session.send(message)
    if (index > nth) {
      if (attack === 'stall') return
      await session.send(message)
      if (held !== null) await session.send(held)
      held = null
      return
    }
    if (attack === 'stall') return
    if (attack === 'reorder') {
      held = message
      return
    }
    if (attack === 'disappear') return session.abort()
    if (attack === 'replay') await session.send(message)
    await session.send(changed(message, attack, session.maxMessageBytes))
  }
  return new Proxy(session, {
    get(target, name) {
      if (name === 'send') return send
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function changed(message: Uint8Array, attack: FrameAttack, maxBytes: number): Uint8Array {
  const last = message.length - 1
  if (attack === 'truncate') return message.slice(0, last)
  if (attack === 'extend') return Uint8Array.of(...message, 0)
  if (attack === 'empty') return new Uint8Array(0)
  if (attack === 'oversize') return new Uint8Array(maxBytes).fill(0xa5)
  if (attack === 'flip first bit') return message.with(0, (message[0] as number) ^ 1)
  if (attack === 'flip last bit') return message.with(last, (message[last] as number) ^ 0x80)
  if (attack === 'zeros') return new Uint8Array(message.length)
  if (attack === 'ones') return new Uint8Array(message.length).fill(0xff)
  return message
}
