// The sums of a small-field VOLE: from one stream a leaf, u = Σ r[x] and v = Σ x · r[x], where x of k bits counts as a
// vector of k bits, so that v is k streams.

/**
 * u and the k streams of v, each of `bytes` (a multiple of 16) and `stride` bytes apart, from the 2^k streams of the
 * leaves, as far apart. k is 1, 2 or 4.
 */
export function fold(k: i32, u: usize, v: usize, leaves: usize, stride: usize, bytes: usize): void {
  if (k == 1) foldTwo(u, v, leaves, stride, bytes)
  else if (k == 2) foldFour(u, v, leaves, stride, bytes)
  else foldSixteen(u, v, leaves, stride, bytes)
}

function foldTwo(u: usize, v: usize, leaves: usize, stride: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const r1 = v128.load(leaves + stride + i)
    v128.store(v + i, r1)
    v128.store(u + i, v128.xor(v128.load(leaves + i), r1))
  }
}

function foldFour(u: usize, v: usize, leaves: usize, stride: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const at = leaves + i
    const r1 = v128.load(at + stride)
    const r2 = v128.load(at + 2 * stride)
    const r3 = v128.load(at + 3 * stride)
    const v0 = v128.xor(r1, r3)
    v128.store(v + i, v0)
    v128.store(v + stride + i, v128.xor(r2, r3))
    v128.store(u + i, v128.xor(v128.xor(v128.load(at), r2), v0))
  }
}

function foldSixteen(u: usize, v: usize, leaves: usize, stride: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const at = leaves + i
    const r0 = v128.load(at)
    const r1 = v128.load(at + stride)
    const r2 = v128.load(at + 2 * stride)
    const r3 = v128.load(at + 3 * stride)
    const r4 = v128.load(at + 4 * stride)
    const r5 = v128.load(at + 5 * stride)
    const r6 = v128.load(at + 6 * stride)
    const r7 = v128.load(at + 7 * stride)
    const r8 = v128.load(at + 8 * stride)
    const r9 = v128.load(at + 9 * stride)
    const r10 = v128.load(at + 10 * stride)
    const r11 = v128.load(at + 11 * stride)
    const r12 = v128.load(at + 12 * stride)
    const r13 = v128.load(at + 13 * stride)
    const r14 = v128.load(at + 14 * stride)
    const r15 = v128.load(at + 15 * stride)
    const v3 = sum8(r8, r9, r10, r11, r12, r13, r14, r15)
    const s0 = v128.xor(r0, r8)
    const s1 = v128.xor(r1, r9)
    const s2 = v128.xor(r2, r10)
    const s3 = v128.xor(r3, r11)
    const s4 = v128.xor(r4, r12)
    const s5 = v128.xor(r5, r13)
    const s6 = v128.xor(r6, r14)
    const s7 = v128.xor(r7, r15)
    const v2 = v128.xor(v128.xor(s4, s5), v128.xor(s6, s7))
    const t0 = v128.xor(s0, s4)
    const t1 = v128.xor(s1, s5)
    const t2 = v128.xor(s2, s6)
    const t3 = v128.xor(s3, s7)
    const v1 = v128.xor(t2, t3)
    const v0 = v128.xor(t1, t3)
    v128.store(v + i, v0)
    v128.store(v + stride + i, v1)
    v128.store(v + 2 * stride + i, v2)
    v128.store(v + 3 * stride + i, v3)
    v128.store(u + i, v128.xor(v128.xor(t0, t2), v0))
  }
}

function sum8(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  return v128.xor(v128.xor(v128.xor(a, b), v128.xor(c, d)), v128.xor(v128.xor(e, f), v128.xor(g, h)))
}

/**
 * Adds Δ · d to w, where Δ is k bits and d one stream: stream t of w changes where bit t is set. `masks` holds a byte a
 * bit, 0 or 255.
 */
export function correct(k: i32, w: usize, d: usize, masks: usize, stride: usize, bytes: usize): void {
  for (let t: usize = 0; t < <usize>k; t++) {
    const mask = v128.load8_splat(masks + t)
    const column = w + t * stride
    for (let i: usize = 0; i < bytes; i += 16) {
      v128.store(column + i, v128.xor(v128.load(column + i), v128.and(v128.load(d + i), mask)))
    }
  }
}
