/**
 * The parameters of the curve sm2p256v1, y² = x³ + a·x + b over the integers modulo p (GB/T 32918.5-2017 section 2), of
 * prime order n and cofactor 1.
 */
export const SM2_CURVE: Readonly<Record<'p' | 'a' | 'b' | 'n' | 'h' | 'Gx' | 'Gy', bigint>> = Object.freeze({
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
})

/**
 * The constant of the simplified SWU map: the first that RFC 9380 appendix H.2 finds for this curve, which a test
 * searches again.
 */
export const SM2_SSWU_Z = -9n
