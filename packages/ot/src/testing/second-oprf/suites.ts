import { createHash } from 'node:crypto'
import type { CurveSuite } from './curve.ts'
import { sm3 } from './sm3.ts'

/** GB/T 32918.5-2017 section 2; Z by RFC 9380 appendix H.2. */
export const secondSm2Sm3: CurveSuite = {
  identifier: 'SM2-SM3',
  hashName: 'SM3',
  p: 2n ** 256n - 2n ** 224n - 2n ** 96n + 2n ** 64n - 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
  z: -9n,
  hash: sm3,
}

/** FIPS 186-5 and RFC 9497 section 4.3: shows that the second implementation is one of the RFC. */
export const secondP256Sha256: CurveSuite = {
  identifier: 'P256-SHA256',
  hashName: 'SHA256',
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  a: -3n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  z: -10n,
  hash: message => Uint8Array.from(createHash('sha256').update(message).digest()),
}
