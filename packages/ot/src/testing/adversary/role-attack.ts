import type { ErrorCode } from '@mixun/core/errors'
import type { Tamper } from './tampered-session.ts'

/** A malicious peer in one role of a protocol, and the code that stops the honest side. */
export interface RoleAttack {
  readonly name: string
  /** The role that is malicious. */
  readonly role: 'sender' | 'receiver'
  readonly code: ErrorCode
  readonly tamper: Tamper
}

/** Changes bits of one byte of a frame; places below zero count from its end. */
export function flip(index: number, at: number, bits = 1): Tamper {
  return onFrame(index, frame => {
    const place = at < 0 ? frame.length + at : at
    return frame.with(place, (frame[place] as number) ^ bits)
  })
}

/** Leaves the last byte of a frame out. */
export function truncate(index: number): Tamper {
  return onFrame(index, frame => frame.subarray(0, frame.length - 1))
}

/** Fills the last 32 bytes of a frame with ones: no field has such an element. */
export function spoilEnd(index: number): Tamper {
  return onFrame(index, frame => frame.slice().fill(0xff, frame.length - 32))
}

/** Changes one frame. */
export function onFrame(index: number, change: (frame: Uint8Array) => Uint8Array): Tamper {
  return (frame, i) => [i === index ? change(frame) : frame]
}
