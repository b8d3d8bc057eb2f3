import type { RecordClass } from '@mixun/core/domain'
import type { DecryptionKey } from '@mixun/core/sealing'
import type { SigningKey } from '@mixun/core/suite'
import type { OprfKeyPair } from '@mixun/ot/oprf'
import type { SecretName } from './key-name.ts'

/**
 * Custody of one party's keys: they are made in the store, are wrapped whenever they lie on disk, and are never
 * overwritten. A signing key signs and cannot be taken out. The driver `file` is `FileKeyStore`; a driver for a token
 * (PKCS #11) would keep signing keys in hardware behind the same calls.
 */
export interface KeyStore extends Disposable {
  /** False when whoever reads the files has the keys: the store was made without a passphrase. */
  readonly isProtected: boolean

  /** Makes the party's signing key. @throws ERR_KEY_EXISTS */
  createSigningKey(): SigningKey
  /** @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openSigningKey(): SigningKey

  /** Makes the key that entries of the ledger are sealed to for this party. @throws ERR_KEY_EXISTS */
  createDecryptionKey(): DecryptionKey
  /** @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openDecryptionKey(): DecryptionKey

  /** Makes the evaluation key of one table. @throws ERR_KEY_EXISTS */
  createOprfKey(recordClass: RecordClass, epoch: number): OprfKeyPair
  /** The evaluation key of one table; drop it when the table is served no more. @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openOprfKey(recordClass: RecordClass, epoch: number): OprfKeyPair
  hasOprfKey(recordClass: RecordClass, epoch: number): boolean
  /** Makes the rows of one table unreadable for ever, as far as the medium forgets. Does nothing without the key. */
  destroyOprfKey(recordClass: RecordClass, epoch: number): void

  /** Keeps a secret that is used outside of the store, 1 to 16,000 bytes. @throws ERR_KEY_EXISTS, ERR_INPUT_LENGTH */
  storeSecret(name: SecretName, secret: Uint8Array): void
  /** The secret; the caller wipes it. @throws ERR_HOME_MISSING, ERR_KEY_FILE */
  openSecret(name: SecretName): Uint8Array
}
