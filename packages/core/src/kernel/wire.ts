/** Little-endian bytes of a number whose bytes run in the given order, and back: a fresh copy. */
export function littleEndian(bytes: Uint8Array, order: 'little' | 'big'): Uint8Array {
  // One copy only: the number may be secret, and a second one would be out of reach.
  const copy = new Uint8Array(bytes.length)
  for (const [i, byte] of bytes.entries()) copy[order === 'little' ? i : bytes.length - 1 - i] = byte
  return copy
}

/** A number of at most 64 bytes as 64 little-endian bytes. */
export function wideLittleEndian(bytes: Uint8Array, order: 'little' | 'big'): Uint8Array {
  const wide = new Uint8Array(64)
  const narrow = littleEndian(bytes, order)
  wide.set(narrow)
  narrow.fill(0)
  return wide
}

/** The parts of `bytes` of `length` each. */
export function split(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: bytes.length / length }, (_, i) => bytes.slice(i * length, (i + 1) * length))
}

/** `items` in runs of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
