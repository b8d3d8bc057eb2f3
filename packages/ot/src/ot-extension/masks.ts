/** All ones when a bit (0 or 1) is set: for choosing without a branch. */
export function maskOf(bit: number): number {
  return -bit & 0xff
}

/** a ← a ^ b */
export function addTo(a: Uint8Array, b: Uint8Array): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) ^ (b[i] as number)
}

/** b where the bit is set, a otherwise; a new array. */
export function select(bit: number, a: Uint8Array, b: Uint8Array): Uint8Array {
  const mask = maskOf(bit)
  return a.map((byte, i) => byte ^ (mask & (byte ^ (b[i] as number))))
}

/** Swaps the contents of a and b where the bit is set. */
export function swapIf(bit: number, a: Uint8Array, b: Uint8Array): void {
  const mask = maskOf(bit)
  for (let i = 0; i < a.length; i++) {
    const difference = mask & ((a[i] as number) ^ (b[i] as number))
    a[i] = (a[i] as number) ^ difference
    b[i] = (b[i] as number) ^ difference
  }
}
