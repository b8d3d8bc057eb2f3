import { fail } from '@mixun/core/errors'

/** Bytes of a frame of masked messages at most, unless one pair is longer. */
const FRAME_BYTES = 2 ** 19

/** Consecutive parts of `count` items of `itemBytes` bytes each, that fit a frame. */
export function* frames(count: number, itemBytes: number): Generator<{ from: number; size: number }> {
  const most = Math.max(1, Math.floor(FRAME_BYTES / itemBytes))
  for (let from = 0; from < count; from += most) yield { from, size: Math.min(most, count - from) }
}

/** A frame of a length that both sides know. @throws ERR_DECODE_LENGTH */
export function expectLength(frame: Uint8Array, bytes: number): Uint8Array {
  if (frame.length !== bytes) fail('ERR_DECODE_LENGTH', `expected ${bytes} bytes, found ${frame.length}`)
  return frame
}
