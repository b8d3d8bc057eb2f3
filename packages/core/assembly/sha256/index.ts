// SHA-256 (FIPS 180-4) of messages of a few blocks, four at once: a lane of 32 bits each. Messages come padded.

/** Round constants, each in all four lanes. */
const CONSTANTS: usize = memory.data<i32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])

/** The schedule of four blocks: 64 vectors. */
const SCHEDULE: usize = memory.data(1024, 16)
/** The state of four messages: 8 vectors. */
const STATE: usize = memory.data(128, 16)

/** Where the messages of the caller begin, a multiple of 16. */
export function start(): usize {
  return (__heap_base + 15) & ~15
}

/**
 * The digests of 4 · `groups` messages of `blocks` blocks of 64 bytes each, padded, one after another at `messages`: 32
 * bytes each at `out`.
 */
export function hashGroups(out: usize, messages: usize, blocks: i32, groups: i32): void {
  const stride = 64 * <usize>blocks
  for (let group = 0; group < groups; group++) {
    const first = messages + 4 * stride * <usize>group
    initialize()
    for (let block = 0; block < blocks; block++) {
      fillSchedule(first + 64 * <usize>block, stride)
      compress()
    }
    storeDigests(out + 128 * <usize>group)
  }
}

function initialize(): void {
  v128.store(STATE, i32x4.splat(0x6a09e667), 0)
  v128.store(STATE, i32x4.splat(0xbb67ae85), 16)
  v128.store(STATE, i32x4.splat(0x3c6ef372), 32)
  v128.store(STATE, i32x4.splat(0xa54ff53a), 48)
  v128.store(STATE, i32x4.splat(0x510e527f), 64)
  v128.store(STATE, i32x4.splat(0x9b05688c), 80)
  v128.store(STATE, i32x4.splat(0x1f83d9ab), 96)
  v128.store(STATE, i32x4.splat(0x5be0cd19), 112)
}

/** Words 0 to 15 from four messages `stride` bytes apart, big-endian; the others by the recurrence. */
function fillSchedule(block: usize, stride: usize): void {
  for (let part: usize = 0; part < 64; part += 16) {
    const a = bigEndian(v128.load(block + part))
    const b = bigEndian(v128.load(block + stride + part))
    const c = bigEndian(v128.load(block + 2 * stride + part))
    const d = bigEndian(v128.load(block + 3 * stride + part))
    storeTransposed(SCHEDULE + 4 * part, a, b, c, d)
  }
  for (let at = SCHEDULE + 256; at < SCHEDULE + 1024; at += 16) {
    const w15 = v128.load(at - 240)
    const w2 = v128.load(at - 32)
    const s0 = v128.xor(v128.xor(rotate(w15, 7), rotate(w15, 18)), i32x4.shr_u(w15, 3))
    const s1 = v128.xor(v128.xor(rotate(w2, 17), rotate(w2, 19)), i32x4.shr_u(w2, 10))
    v128.store(at, i32x4.add(i32x4.add(v128.load(at - 256), s0), i32x4.add(v128.load(at - 112), s1)))
  }
}

function compress(): void {
  let a = v128.load(STATE, 0)
  let b = v128.load(STATE, 16)
  let c = v128.load(STATE, 32)
  let d = v128.load(STATE, 48)
  let e = v128.load(STATE, 64)
  let f = v128.load(STATE, 80)
  let g = v128.load(STATE, 96)
  let h = v128.load(STATE, 112)
  for (let round: usize = 0; round < 64; round++) {
    const s1 = v128.xor(v128.xor(rotate(e, 6), rotate(e, 11)), rotate(e, 25))
    const choice = v128.bitselect(f, g, e)
    const input = i32x4.add(v128.load(SCHEDULE + 16 * round), v128.load32_splat(CONSTANTS + 4 * round))
    const t1 = i32x4.add(i32x4.add(i32x4.add(h, s1), choice), input)
    const s0 = v128.xor(v128.xor(rotate(a, 2), rotate(a, 13)), rotate(a, 22))
    const majority = v128.bitselect(v128.or(b, c), v128.and(b, c), a)
    h = g
    g = f
    f = e
    e = i32x4.add(d, t1)
    d = c
    c = b
    b = a
    a = i32x4.add(t1, i32x4.add(s0, majority))
  }
  addState(0, a)
  addState(16, b)
  addState(32, c)
  addState(48, d)
  addState(64, e)
  addState(80, f)
  addState(96, g)
  addState(112, h)
}

function addState(at: usize, value: v128): void {
  v128.store(STATE + at, i32x4.add(v128.load(STATE + at), value))
}

function storeDigests(out: usize): void {
  for (let half: usize = 0; half < 2; half++) {
    const from = STATE + 64 * half
    const a = v128.load(from, 0)
    const b = v128.load(from, 16)
    const c = v128.load(from, 32)
    const d = v128.load(from, 48)
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5)
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5)
    const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7)
    const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7)
    const to = out + 16 * half
    v128.store(to, bigEndian(i64x2.shuffle(ab, cd, 0, 2)), 0)
    v128.store(to, bigEndian(i64x2.shuffle(ab, cd, 1, 3)), 32)
    v128.store(to, bigEndian(i64x2.shuffle(ab2, cd2, 0, 2)), 64)
    v128.store(to, bigEndian(i64x2.shuffle(ab2, cd2, 1, 3)), 96)
  }
}

/** Four words of four messages as four vectors of one word each. */
function storeTransposed(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5)
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5)
  const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7)
  const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7)
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2), 0)
  v128.store(to, i64x2.shuffle(ab, cd, 1, 3), 16)
  v128.store(to, i64x2.shuffle(ab2, cd2, 0, 2), 32)
  v128.store(to, i64x2.shuffle(ab2, cd2, 1, 3), 48)
}

function bigEndian(a: v128): v128 {
  return i8x16.shuffle(a, a, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
}

function rotate(a: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(a, bits), i32x4.shl(a, 32 - bits))
}
