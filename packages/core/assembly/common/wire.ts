/** r = the 32 bytes in reverse order; r and bytes do not overlap. */
export function reverseBytes(r: usize, bytes: usize): void {
  store<u64>(r, bswap<u64>(load<u64>(bytes, 24)))
  store<u64>(r, bswap<u64>(load<u64>(bytes, 16)), 8)
  store<u64>(r, bswap<u64>(load<u64>(bytes, 8)), 16)
  store<u64>(r, bswap<u64>(load<u64>(bytes)), 24)
}
