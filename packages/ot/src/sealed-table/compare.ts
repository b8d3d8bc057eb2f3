/** Order of two tags of one length, without an early exit: −1, 0 or 1. */
export function compareConstantTime(a: Uint8Array, b: Uint8Array): number {
  let order = 0
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    const sign = (difference >> 31) | (-difference >>> 31)
    // Keeps the first difference: the mask is all ones while the bytes before were equal.
    order |= sign & ((order & 1) - 1)
  }
  return order
}
