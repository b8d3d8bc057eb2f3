// Comparisons without branches: a mask is all ones for true and zero for false.

/** All ones when x is zero. */
export function maskIfZero(x: i32): i32 {
  // x | −x has its top bit set exactly when x is not zero.
  return ((x | -x) >> 31) ^ -1
}

/** All ones when a equals b. */
export function maskIfEqual(a: i32, b: i32): i32 {
  return maskIfZero(a ^ b)
}

/** All ones when x is zero. */
export function maskIfZero64(x: i64): i32 {
  return <i32>(((x | -x) >> 63) ^ -1)
}

/** All ones when the 32 bytes at a equal those at b. */
export function maskIfEqualBytes(a: usize, b: usize): i32 {
  const difference =
    (load<i64>(a) ^ load<i64>(b)) |
    (load<i64>(a, 8) ^ load<i64>(b, 8)) |
    (load<i64>(a, 16) ^ load<i64>(b, 16)) |
    (load<i64>(a, 24) ^ load<i64>(b, 24))
  return maskIfZero64(difference)
}
