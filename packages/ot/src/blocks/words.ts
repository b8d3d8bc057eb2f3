/** A copy of bytes as words of 32 bits, little-endian as all platforms of JavaScript are. */
export function copyWords(bytes: Uint8Array): Int32Array {
  // Not by slice: that of a Buffer, which some transports give, copies nothing.
  return new Int32Array(new Uint8Array(bytes).buffer)
}

/** The same memory as words where it lies on a boundary of words, a copy elsewhere. For reading. */
export function viewWords(bytes: Uint8Array): Int32Array {
  return bytes.byteOffset % 4 === 0
    ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : copyWords(bytes)
}

/** The same memory as bytes. */
export function viewBytes(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, 4 * words.length)
}

/** `target ^= source`, word by word. */
export function xorWords(target: Int32Array, source: Int32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) ^ (source[i] as number)
}
