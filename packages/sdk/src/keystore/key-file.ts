import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { createSecretFile, readSecretFile } from '../home/files.ts'
import { decodeKeyFile, type KeyFile, type KeyFileHeader } from './key-file-codec.ts'
import type { KeyName } from './key-name.ts'
import { unwrapKey } from './wrap.ts'

/** Whose keys they are. */
export interface KeyOwner {
  readonly partyId: string
  readonly suite: Suite
}

/**
 * Reads a key file and checks that it is the one that belongs here: of this party, suite and key store, and for this
 * purpose. Nothing is opened yet; the wrapping binds all of it.
 *
 * @param keyStore id of the store, or null for the master key's file, which names it
 * @throws ERR_HOME_MISSING, ERR_KEY_FILE
 */
export function readKeyFile(
  path: string,
  name: KeyName,
  { partyId, suite }: KeyOwner,
  keyStore: Uint8Array | null,
): KeyFile {
  const file = decodeKeyFile(path, readSecretFile(path))
  const { header } = file
  const requireEqual = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) {
      fail('ERR_KEY_FILE', `${path}: expected ${what} ${expected ?? 'none'}, found ${found ?? 'none'}`)
    }
  }
  requireEqual('a key of kind', header.kind, name.kind)
  requireEqual('a key of suite', header.suite, suite.id)
  requireEqual('a key of party', header.partyId, partyId)
  requireEqual('a key of class', header.class, name.class)
  requireEqual('a key of epoch', header.epoch, name.epoch)
  if (keyStore !== null && compareBytes(header.keyStore, keyStore) !== 0) {
    fail('ERR_KEY_FILE', `${path}: belongs to another key store than the one beside it`)
  }
  return file
}

/** The public part of a new key file. */
export function newHeader(
  name: KeyName,
  { partyId, suite }: KeyOwner,
  keyStore: Uint8Array,
  publicKey: Uint8Array | null,
): Omit<KeyFileHeader, 'salt' | 'derivation'> {
  const { kind, class: recordClass, epoch } = name
  return {
    format: 'mixun-key-1',
    kind,
    class: recordClass,
    epoch,
    suite: suite.id,
    partyId,
    keyStore,
    createdAt: Date.now(),
    publicKey,
  }
}

/** Writes a new key file durably. @throws ERR_KEY_EXISTS */
export function createKeyFile(path: string, content: Uint8Array): void {
  if (!createSecretFile(path, content)) fail('ERR_KEY_EXISTS', `there is a key in ${path} already`)
}

/** The secret under the master key; the caller wipes it. @throws ERR_KEY_FILE */
export function unwrapKeyFile(path: string, suite: Suite, master: Uint8Array, file: KeyFile): Uint8Array {
  try {
    return unwrapKey(suite, master, file)
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    return fail('ERR_KEY_FILE', `${path}: does not open under the master key; it was changed`)
  }
}
