export { BatchEncoder } from './batch-encoder.ts'
export { CkksEncoder } from './ckks-encoder.ts'
export { SealContext } from './context.ts'
export { Decryptor } from './decryptor.ts'
export { Encryptor } from './encryptor.ts'
export { Evaluator } from './evaluator.ts'
export { GaloisKeys, KeyGenerator, PublicKey, RelinearizationKeys, SecretKey } from './keys.ts'
export {
  defineSealParameters,
  SEAL_PARAMETER_IDS,
  type SealParameterOptions,
  type SealParameters,
  type SealScheme,
  sealParameters,
} from './parameters.ts'
export {
  deserializeCiphertext,
  deserializeGaloisKeys,
  deserializePublicKey,
  deserializeRelinearizationKeys,
  deserializeSecretKey,
  type Serializable,
  serialize,
} from './serialization.ts'
export { Ciphertext, Plaintext } from './values.ts'
