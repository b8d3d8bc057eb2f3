// Constants of edwards25519 and of RFC 9496 section 4.1, as nine limbs of 29 bits padded to 48 bytes.

/** 1 */
export const ONE: usize = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
/** A square root of −1. */
export const SQRT_M1: usize = memory.data<i32>([
  168730800, 124836154, 200875569, 103812442, 494564084, 5021437, 472689972, 269088827, 2851620, 0, 0, 0,
])
/** d = −121665/121666 of −x² + y² = 1 + d·x²·y². */
export const D: usize = memory.data<i32>([
  324630691, 257584720, 276179677, 1350274, 512327687, 3980220, 432943901, 499478015, 5374828, 0, 0, 0,
])
/** 2·d */
export const TWO_D: usize = memory.data<i32>([
  112390489, 515169441, 15488442, 2700549, 487784462, 7960441, 329016890, 462085119, 2361049, 0, 0, 0,
])
/** SQRT_AD_MINUS_ONE */
export const SQRT_AD_MINUS_ONE: usize = memory.data<i32>([
  159067675, 348108034, 504704863, 454826038, 488626937, 509909242, 45104371, 400912489, 3631409, 0, 0, 0,
])
/** INVSQRT_A_MINUS_D */
export const INVSQRT_A_MINUS_D: usize = memory.data<i32>([
  6111466, 239594836, 274509734, 506212020, 495192530, 499711744, 310926089, 12187135, 7892105, 0, 0, 0,
])
/** ONE_MINUS_D_SQ */
export const ONE_MINUS_D_SQ: usize = memory.data<i32>([
  341819766, 333467148, 395133944, 54686106, 234767048, 367976248, 56518226, 353785468, 168050, 0, 0, 0,
])
/** D_MINUS_ONE_SQ */
export const D_MINUS_ONE_SQ: usize = memory.data<i32>([
  82660640, 225105234, 126248524, 479484256, 351190313, 160934221, 151335795, 257871236, 5859507, 0, 0, 0,
])
/** x of the generator. */
export const BASE_X: usize = memory.data<i32>([
  254137626, 179399428, 157936818, 428785962, 231065234, 286850795, 268108435, 444181962, 2189622, 0, 0, 0,
])
/** y of the generator: 4/5. */
export const BASE_Y: usize = memory.data<i32>([
  107374168, 322122547, 429496729, 214748364, 107374182, 322122547, 429496729, 214748364, 6710886, 0, 0, 0,
])
