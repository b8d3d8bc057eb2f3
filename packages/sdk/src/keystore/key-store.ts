import type { RecordClass } from '@mixun/core/domain'
import type { DecryptionKey } from '@mixun/core/sealing'
import type { SigningKey } from '@mixun/core/suite'
import type { OprfKeyPair } from '@mixun/ot/oprf'
import type { RotatedKind, SecretName } from './key-name.ts'

/** One of the keys that a party had for one use, from the first on. */
export interface KeyGeneration {
  readonly generation: number
  /** Null for the key of TLS, whose certificate has it. */
  readonly publicKey: Uint8Array | null
}

/** What one version of the own joint tables is served with. Secret. */
export interface JointTableKeys {
  /** Of the evaluation key, 32 bytes. */
  readonly secretKey: Uint8Array
  /** 16 bytes. */
  readonly maskKey: Uint8Array
  /** Opens the commitment to the mask key, 32 bytes. */
  readonly maskSalt: Uint8Array
}

/**
 * Custody of one party's keys: they are made in the store, are wrapped whenever they lie on disk, and are never
 * overwritten. A signing key signs and cannot be taken out. The driver `file` is `FileKeyStore`; a driver for a token
 * (PKCS #11) would keep signing keys in hardware behind the same calls.
 */
export interface KeyStore extends Disposable {
  /** False when whoever reads the files has the keys: the store was made without a passphrase. */
  readonly isProtected: boolean

  /** The keys of this kind, oldest first. @throws ERR_KEY_FILE */
  generations(kind: RotatedKind): KeyGeneration[]

  /** Makes a signing key of the party, its first by default. @throws ERR_KEY_EXISTS */
  createSigningKey(generation?: number): SigningKey
  /** @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openSigningKey(generation?: number): SigningKey

  /** Makes a key that entries of the ledger are sealed to for this party, its first by default. @throws ERR_KEY_EXISTS */
  createDecryptionKey(generation?: number): DecryptionKey
  /** @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openDecryptionKey(generation?: number): DecryptionKey

  /** Makes the evaluation key of one table. @throws ERR_KEY_EXISTS */
  createOprfKey(recordClass: RecordClass, epoch: number): OprfKeyPair
  /** The evaluation key of one table; drop it when the table is served no more. @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openOprfKey(recordClass: RecordClass, epoch: number): OprfKeyPair
  hasOprfKey(recordClass: RecordClass, epoch: number): boolean
  /** Makes the rows of one table unreadable for ever, as far as the medium forgets. Does nothing without the key. */
  destroyOprfKey(recordClass: RecordClass, epoch: number): void

  /** Keeps the keys of one version of the own joint tables. @throws ERR_KEY_EXISTS, ERR_INPUT_LENGTH */
  createJointKeys(version: number, keys: JointTableKeys): void
  /** Those keys; the caller wipes them. @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openJointKeys(version: number): JointTableKeys
  /** The versions whose keys are here, ascending. */
  jointVersions(): number[]
  /** Ends a version for ever, as far as the medium forgets. Does nothing without its keys. */
  destroyJointKeys(version: number): void

  /** Keeps a secret that is used outside of the store, 1 to 16,000 bytes. @throws ERR_KEY_EXISTS, ERR_INPUT_LENGTH */
  storeSecret(name: SecretName, secret: Uint8Array, generation?: number): void
  /** The secret; the caller wipes it. @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openSecret(name: SecretName, generation?: number): Uint8Array
}
