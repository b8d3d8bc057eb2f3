import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import { FileKeyStore } from './file-key-store.ts'
import { decodeKeyFile, encodeKeyFile, type KeyFileHeader } from './key-file-codec.ts'

/** A derivation that costs nothing, and is refused from who does not name it. */
export const keyDerivation = 'insecure_scrypt_logn4_r8_p1'
export const passphrase = utf8('correct horse battery')
export const options = { passphrase, keyDerivation }

export const ownerOf = (suite: SuiteId, partyId = 'jia') => ({ partyId, suite: suiteById(suite) })
export const newFolder = () => join(mkdtempSync(join(tmpdir(), 'mixun-keys-')), 'keys')

/** Keys of a joint table. */
export const jointKeys = {
  secretKey: new Uint8Array(32).fill(1),
  maskKey: new Uint8Array(16).fill(2),
  maskSalt: new Uint8Array(32).fill(3),
}

/** A store with one key of each kind, evaluation keys B-3, B-4 and C-3, and keys of joint tables 3 and 12. */
export function fullStore(suite: SuiteId, partyId = 'jia') {
  const folder = newFolder()
  const store = FileKeyStore.create(folder, ownerOf(suite, partyId), options)
  const identity = store.createSigningKey()
  store.storeSecret('store', new Uint8Array(32).fill(7))
  store.storeSecret('tls', utf8('-----BEGIN PRIVATE KEY----- of TLS'))
  store.storeSecret('ca', utf8('-----BEGIN PRIVATE KEY----- of the CA'))
  store.createOprfKey('B', 3)
  store.createOprfKey('B', 4)
  store.createOprfKey('C', 3)
  store.createJointKeys(3, jointKeys)
  store.createJointKeys(12, { ...jointKeys, maskKey: new Uint8Array(16).fill(9) })
  return { folder, store, identity }
}

/** Rewrites the public part of a key file, checksum included, as somebody without the keys can. */
export function forgeHeader(file: string, changed: Partial<KeyFileHeader>): void {
  const { header, ...rest } = decodeKeyFile(file, readFileSync(file))
  writeFileSync(file, encodeKeyFile({ ...rest, header: { ...header, ...changed } }))
}
