import { concat, fromHex, i2osp, utf8 } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { sm3 } from './sm3.ts'
import type { Sm2PublicKey } from './public-key.ts'

/** The user id that GM/T 0009-2012 section 10 prescribes where nothing else is agreed: `1234567812345678`. */
export const SM2_DEFAULT_USER_ID = utf8('1234567812345678')

/** ENTL counts bits in two bytes. */
const MAX_USER_ID_BYTES = 8_191

// a ‖ b ‖ xG ‖ yG of GB/T 32918.5-2017 section 2, as bytes.
const PARAMETERS = fromHex(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
)

/**
 * Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA), which ties a key to its user and curve (GB/T 32918.2-2016 section
 * 5.5, GM/T 0009-2012 section 8.1). 32 bytes.
 *
 * @throws ERR_INPUT_LENGTH for a user id above 8,191 bytes
 */
export function sm2UserDigest(publicKey: Sm2PublicKey, userId: Uint8Array): Uint8Array {
  if (userId.length > MAX_USER_ID_BYTES) {
    fail(
      'ERR_INPUT_LENGTH',
      `expected a user id of at most ${MAX_USER_ID_BYTES} bytes, found ${userId.length}`,
    )
  }
  return sm3(concat(i2osp(8 * userId.length, 2), userId, PARAMETERS, publicKey.affine()))
}
