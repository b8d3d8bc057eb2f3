/**
 * The 65 signed digits in [−8, 8) of a 256-bit little-endian scalar to base 16, least significant first, one signed byte
 * each. The last digit is 0 or 1; it is 0 for scalars below 2^254
 * (exactly: below 0x7777…78).
 */
export function signedDigits(digits: usize, scalar: usize): void {
  let carry: i32 = 0
  for (let i: usize = 0; i < 32; i++) {
    const byte = <i32>load<u8>(scalar + i)
    const low = (byte & 15) + carry
    carry = (low + 8) >> 4
    store<i8>(digits + 2 * i, <i8>(low - (carry << 4)))
    const high = (byte >> 4) + carry
    carry = (high + 8) >> 4
    store<i8>(digits + 2 * i, <i8>(high - (carry << 4)), 1)
  }
  store<i8>(digits, <i8>carry, 64)
}
