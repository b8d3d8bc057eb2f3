export {
  checkEncryptionKey,
  type DecryptionKey,
  generateDecryptionSecret,
  importDecryptionKey,
} from './decryption-key.ts'
export { paddedBytes } from './padding.ts'
export {
  open,
  seal,
  type SealedContents,
  type Sealing,
  SEALING_SEED_BYTES,
  type SealingReader,
  SLOT_STEP,
  verifySealing,
} from './sealing.ts'
export { SLOT_BYTES } from './slots.ts'
