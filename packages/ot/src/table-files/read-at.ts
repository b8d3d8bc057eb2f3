import { readSync } from 'node:fs'

/** The bytes of a file from `position` on: fewer at its end. */
export function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const more = readSync(descriptor, bytes, read, length - read, position + read)
    if (more === 0) break
    read += more
  }
  return read === length ? bytes : bytes.subarray(0, read)
}
