export { FileKeyStore, type KeyStoreOptions } from './file-key-store.ts'
export type { KeyOwner } from './key-file.ts'
export {
  keyFileName,
  type KeyName,
  keyName,
  oprfKeyName,
  type RotatedKind,
  type SecretName,
} from './key-name.ts'
export type { JointTableKeys, KeyGeneration, KeyStore } from './key-store.ts'
export type { MasterKeyOptions } from './master-key.ts'
export { passphraseFromEnvironment, passphraseFromFile, type PassphraseSource } from './passphrase.ts'
