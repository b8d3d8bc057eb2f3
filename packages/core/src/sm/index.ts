export {
  checkSm2Confirmation,
  type Sm2Agreement,
  type Sm2AgreementOptions,
  sm2Agree,
} from './agreement.ts'
export type { Sm2CiphertextForm } from './ciphertext-codec.ts'
export { type Sm2EncryptionOptions, sm2Decrypt, sm2Encrypt } from './encryption.ts'
export {
  decodeSm2PrivateKey,
  decodeSm2Spki,
  encodeSm2PrivateKey,
  encodeSm2Spki,
  type Sm2PrivateKeyForm,
} from './key-der.ts'
export { SM2_PRIVATE_KEY_BYTES, Sm2PrivateKey } from './private-key.ts'
export { type Sm2PointForm, Sm2PublicKey } from './public-key.ts'
export { type Sm2SignatureOptions, sm2Sign, sm2Verify } from './signature.ts'
export type { Sm2SignatureForm } from './signature-codec.ts'
export { SM3_BLOCK_BYTES, SM3_BYTES, sm3, sm3HkdfExpand, sm3Hmac, startSm3 } from './sm3.ts'
export { SM4_BLOCK_BYTES, SM4_KEY_BYTES, sm4Ctr, sm4EncryptBlocks } from './sm4.ts'
export {
  CTR_HMAC_KEY_BYTES,
  CTR_HMAC_NONCE_BYTES,
  CTR_HMAC_TAG_BYTES,
  sm4OpenCtrHmac,
  sm4SealCtrHmac,
} from './sm4-ctr-hmac.ts'
export { SM4_GCM_NONCE_BYTES, SM4_GCM_TAG_BYTES, sm4GcmOpen, sm4GcmSeal } from './sm4-gcm.ts'
export { SM2_DEFAULT_USER_ID, sm2UserDigest } from './user-id.ts'
