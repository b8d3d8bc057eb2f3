// What scripts/check-constant-time.ts has to find: each export leaks a secret in one way. Never shipped.

export function branchOnSecret(r: usize, secret: usize): void {
  if (load<i32>(secret) > 5) store<i64>(r, load<i64>(r) * 3)
}

export function loopToSecret(r: usize, secret: usize): void {
  const end = load<i32>(secret)
  for (let i: i32 = 0; i < end; i++) store<i32>(r + 4 * (i & 7), i)
}

export function indexBySecret(r: usize, table: usize, secret: usize): void {
  store<i32>(r, load<i32>(table + (load<u8>(secret) << 2)))
}

export function storeBySecret(r: usize, secret: usize): void {
  store<u8>(r + load<u8>(secret), 1)
}

export function selectBySecret(r: usize, secret: usize): void {
  store<i32>(r, select<i32>(7, 11, load<i32>(secret) < 0))
}

export function divideSecret(r: usize, secret: usize): void {
  store<u32>(r, load<u32>(secret) % 97)
}

export function lengthOfSecret(r: usize, secret: usize): void {
  memory.fill(r, 0, load<u8>(secret))
}

export function countSecret(r: usize, secret: usize): void {
  store<i32>(r, ctz<i32>(load<i32>(secret)))
}

/** The load takes its address from below a vector. */
export function laneBySecret(r: usize, table: usize, secret: usize): void {
  v128.store(r, v128.load_lane<u32>(table + ((<usize>load<u8>(secret)) << 2), i32x4.splat(0), 0))
}

/** No leak by itself: its result is. */
export function digitOfSecret(secret: usize): i32 {
  return <i32>load<u8>(secret) & 15
}

/** No leak for a public index. */
export function pickFromTable(r: usize, table: usize, index: i32): void {
  store<i32>(r, load<i32>(table + (index << 2)))
}

/** A secret has no place among the arguments. */
export function scaleBySecret(r: usize, secret: i64): void {
  store<i64>(r, load<i64>(r) * secret)
}

function secretDigit(secret: usize, i: i32): i32 {
  return <i32>load<u8>(secret + i) & 15
}

/** The secret goes through a local, a loop and a call before it decides. */
export function leaveEarly(a: usize, secret: usize): i32 {
  let difference: i32 = 0
  for (let i: i32 = 0; i < 32; i++) {
    difference |= secretDigit(a, i) ^ secretDigit(secret, i)
    if (difference != 0) return i
  }
  return 32
}

/** No leak: the same comparison to its end. */
export function compareToTheEnd(a: usize, secret: usize): i32 {
  let difference: i32 = 0
  for (let i: i32 = 0; i < 32; i++) difference |= secretDigit(a, i) ^ secretDigit(secret, i)
  return difference
}

/** A leak, whatever its name says: what is variable-time is listed. */
export function comparePublic(a: usize, b: usize): i32 {
  return leaveEarly(a, b)
}
