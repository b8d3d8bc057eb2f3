// Constants of the SM2 curve y² = x³ − 3x + b (GB/T 32918.5) as nine limbs of 29 bits padded to 48 bytes; those named
// after a number or a point times R = 2^261, as field-multiply.ts takes them.

/** p */
export const P: usize = memory.data<i32>([
  536870911, 536870911, 63, 536870400, 536870911, 536870911, 536870911, 534773759, 16777215, 0, 0, 0,
])
/** 1, which takes a factor R away. */
export const PLAIN_ONE: usize = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
/** R² mod p, which brings a factor R in. */
export const R2: usize = memory.data<i32>([
  3072, 16384, 536805376, 1572863, 4194304, 33554432, 0, 1, 16, 0, 0, 0,
])
/** 2^256 · R² mod p, for the upper half of a wide number. */
export const R_WIDE: usize = memory.data<i32>([
  22528, 147456, 536346624, 7864319, 50331648, 335544320, 268435456, 4, 108, 0, 0, 0,
])
/** 1 */
export const ONE: usize = memory.data<i32>([32, 0, 536868864, 16383, 0, 0, 0, 67108864, 0, 0, 0, 0])
/** a = −3 */
export const A: usize = memory.data<i32>([
  536870815, 536870911, 6207, 536821248, 536870911, 536870911, 536870911, 333447167, 16777215, 0, 0, 0,
])
/** b */
export const B: usize = memory.data<i32>([
  404465732, 305161003, 163404678, 233226861, 410575774, 352709201, 69811392, 57181067, 8518705, 0, 0, 0,
])
/** Z = −9 of the simplified SWU map. */
export const Z_MAP: usize = memory.data<i32>([
  536870623, 536870911, 18495, 536722944, 536870911, 536870911, 536870911, 467664895, 16777214, 0, 0, 0,
])
/** 3, a square root of −Z. */
export const THREE: usize = memory.data<i32>([96, 0, 536864768, 49151, 0, 0, 0, 201326592, 0, 0, 0, 0])
/** x of the generator. */
export const BASE_X: usize = memory.data<i32>([
  50353106, 311005428, 369262217, 8100649, 126254323, 429572684, 48976118, 499582188, 2281291, 0, 0, 0,
])
/** y of the generator. */
export const BASE_Y: usize = memory.data<i32>([
  94485420, 357456188, 347067145, 425605964, 301040619, 275178148, 516335229, 327638230, 7974074, 0, 0, 0,
])
