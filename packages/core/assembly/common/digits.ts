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

/**
 * The 64 odd digits in [−15, 15] to base 16 of a 256-bit little-endian scalar with its lowest bit set, least significant
 * first, one signed byte each; behind them 8 if that bit was set, and 0 if one is to be taken away.
 */
export function signedOddDigits(digits: usize, scalar: usize): void {
  for (let i: usize = 0; i < 31; i++) {
    const byte = <i32>load<u8>(scalar + i)
    const next = <i32>load<u8>(scalar + i, 1)
    store<i8>(digits + 2 * i, <i8>(((byte & 31) | 1) - 16))
    store<i8>(digits + 2 * i, <i8>(((byte >> 4) | ((next & 1) << 4) | 1) - 16), 1)
  }
  const last = <i32>load<u8>(scalar, 31)
  store<i8>(digits, <i8>(((last & 31) | 1) - 16), 62)
  store<i8>(digits, <i8>((last >> 4) | 1), 63)
  store<i8>(digits, <i8>((<i32>load<u8>(scalar) & 1) << 3), 64)
}
