import { concat } from '@mixun/core/bytes'
import type { Session } from '@mixun/core/session'
import { tamperedSession } from './tampered-session.ts'

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

/** Every way to tamper with a frame. */
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
  let held: Uint8Array | null = null
  return tamperedSession(session, () => (message, index) => {
    if (index < nth) return [message]
    if (attack === 'stall') return []
    if (index > nth) {
      const late = held === null ? [] : [held]
      held = null
      return [message, ...late]
    }
    if (attack === 'reorder') {
      held = message
      return []
    }
    if (attack === 'disappear') {
      session.abort()
      return []
    }
    const sent = changed(message, attack, session.maxMessageBytes)
    return attack === 'replay' ? [message, sent] : [sent]
  })
}

function changed(message: Uint8Array, attack: FrameAttack, maxBytes: number): Uint8Array {
  const last = message.length - 1
  if (attack === 'truncate') return message.slice(0, last)
  if (attack === 'extend') return concat(message, Uint8Array.of(0))
  if (attack === 'empty') return new Uint8Array(0)
  if (attack === 'oversize') return new Uint8Array(maxBytes).fill(0xa5)
  if (attack === 'flip first bit') return message.with(0, (message[0] as number) ^ 1)
  if (attack === 'flip last bit') return message.with(last, (message[last] as number) ^ 0x80)
  if (attack === 'zeros') return new Uint8Array(message.length)
  if (attack === 'ones') return new Uint8Array(message.length).fill(0xff)
  return message
}
