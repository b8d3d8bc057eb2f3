import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { concat, wipe } from '@mixun/core/bytes'
import type { RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { type DecryptionKey, generateDecryptionSecret, importDecryptionKey } from '@mixun/core/sealing'
import type { SigningKey } from '@mixun/core/suite'
import {
  decodeKeyPair,
  encodePublicKey,
  encodeSecretKey,
  generateKeyPair,
  type OprfKeyPair,
  type OprfSuite,
  oprfSuiteOf,
} from '@mixun/ot/oprf'
import { destroyFile } from '@mixun/core/files'
import { writeSecretFile } from '../home/files.ts'
import { createKeyFile, type KeyOwner, newHeader, readKeyFile, unwrapKeyFile } from './key-file.ts'
import {
  generationOf,
  jointKeyName,
  jointVersionOf,
  keyFileName,
  type KeyName,
  keyName,
  oprfKeyName,
  type RotatedKind,
  type SecretName,
} from './key-name.ts'
import type { JointTableKeys, KeyGeneration, KeyStore } from './key-store.ts'
import { type MasterKeyOptions, NO_DERIVATION, unwrapMaster, wrapMaster } from './master-key.ts'
import { markNoBackup } from './no-backup.ts'
import { wrapKey } from './wrap.ts'

interface OpenMaster {
  /** Id of the store. */
  readonly keyStore: Uint8Array
  readonly key: Uint8Array
  readonly isProtected: boolean
}

/** How a key store is made or opened. */
export interface KeyStoreOptions extends MasterKeyOptions {
  readonly random?: RandomSource | undefined
}

const MASTER = keyName('master')
const IDENTITY = keyName('identity')
const MASTER_BYTES = 32
const MAX_SECRET_BYTES = 16_000

/**
 * Driver `file`: one file a key, wrapped under a master key, which is wrapped under a passphrase (file `keystore`).
 * The master key stays in memory, readable to whoever can read this process's, until the store is disposed.
 */
export class FileKeyStore implements KeyStore {
  readonly #folder: string
  readonly #owner: KeyOwner
  readonly #oprf: OprfSuite
  readonly #id: Uint8Array
  readonly #master: Uint8Array
  readonly #random: RandomSource
  #isProtected: boolean
  #isDisposed = false

  private constructor(folder: string, owner: KeyOwner, master: OpenMaster, random: RandomSource) {
    this.#folder = folder
    this.#owner = owner
    this.#oprf = oprfSuiteOf(owner.suite.id)
    this.#id = master.keyStore
    this.#master = master.key
    this.#isProtected = master.isProtected
    this.#random = random
  }

  /**
   * Makes an empty store in `folder`.
   *
   * @throws ERR_KEY_EXISTS, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE, ERR_PARAMETER_UNKNOWN
   */
  static create(folder: string, owner: KeyOwner, options: KeyStoreOptions = {}): FileKeyStore {
    const { random = systemRandom } = options
    const key = random.bytes(MASTER_BYTES)
    const keyStore = random.bytes(16)
    const content = wrapMaster(owner, newHeader(MASTER, owner, keyStore, null), key, options, random)
    mkdirSync(join(folder, 'oprf'), { recursive: true, mode: 0o700 })
    markNoBackup(join(folder, 'oprf'))
    createKeyFile(join(folder, keyFileName(MASTER)), content)
    return new FileKeyStore(
      folder,
      owner,
      { keyStore, key, isProtected: options.passphrase !== null },
      random,
    )
  }

  /**
   * Opens a store; takes a good part of a second.
   *
   * @throws ERR_HOME_MISSING, ERR_KEY_FILE, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE, ERR_PARAMETER_INSECURE
   */
  static open(folder: string, owner: KeyOwner, options: KeyStoreOptions = {}): FileKeyStore {
    const path = join(folder, keyFileName(MASTER))
    if (!existsSync(path) && existsSync(join(folder, keyFileName(IDENTITY)))) {
      fail('ERR_KEY_FILE', `${path}: missing beside its keys; bare keys of old need a new home (mixun init)`)
    }
    const file = readKeyFile(path, MASTER, owner, null)
    const { keyStore, derivation } = file.header
    const key = unwrapMaster(owner, path, file, options)
    const master = { keyStore, key, isProtected: derivation !== NO_DERIVATION }
    return new FileKeyStore(folder, owner, master, options.random ?? systemRandom)
  }

  get isProtected(): boolean {
    return this.#isProtected
  }

  /**
   * Wraps the master key under another passphrase. After a crash the old one opens the store, or the new one. A copy
   * of the old file still opens with the old passphrase.
   *
   * @throws ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE, ERR_PARAMETER_UNKNOWN
   */
  changePassphrase(options: MasterKeyOptions): void {
    const path = this.#path(MASTER)
    const { header } = readKeyFile(path, MASTER, this.#owner, this.#id)
    writeSecretFile(path, wrapMaster(this.#owner, header, this.#masterKey, options, this.#random))
    this.#isProtected = options.passphrase !== null
  }

  generations(kind: RotatedKind): KeyGeneration[] {
    return readdirSync(this.#folder)
      .map(name => generationOf(kind, name))
      .filter(generation => generation !== null)
      .toSorted((a, b) => a - b)
      .map(generation => {
        const name = keyName(kind, generation)
        const { publicKey } = readKeyFile(this.#path(name), name, this.#owner, this.#id).header
        return { generation, publicKey }
      })
  }

  createSigningKey(generation?: number): SigningKey {
    const { suite } = this.#owner
    const secret = suite.generateSigningSecret(this.#random)
    try {
      const key = suite.importSigningKey(secret)
      this.#create(keyName('identity', generation), secret, key.publicKey)
      return key
    } finally {
      wipe(secret)
    }
  }

  openSigningKey(generation?: number): SigningKey {
    return this.#open(keyName('identity', generation), secret => this.#owner.suite.importSigningKey(secret))
  }

  createDecryptionKey(generation?: number): DecryptionKey {
    const { id } = this.#owner.suite
    const secret = generateDecryptionSecret(id, this.#random)
    try {
      const key = importDecryptionKey(id, secret)
      this.#create(keyName('decryption', generation), secret, key.publicKey)
      return key
    } finally {
      wipe(secret)
    }
  }

  openDecryptionKey(generation?: number): DecryptionKey {
    const { id } = this.#owner.suite
    return this.#open(keyName('decryption', generation), secret => importDecryptionKey(id, secret))
  }

  createOprfKey(recordClass: RecordClass, epoch: number): OprfKeyPair {
    const key = generateKeyPair(this.#oprf, this.#random)
    const secret = encodeSecretKey(this.#oprf, key)
    try {
      this.#create(oprfKeyName(recordClass, epoch), secret, encodePublicKey(this.#oprf, key.publicKey))
    } finally {
      wipe(secret)
    }
    return key
  }

  openOprfKey(recordClass: RecordClass, epoch: number): OprfKeyPair {
    return this.#open(oprfKeyName(recordClass, epoch), secret => decodeKeyPair(this.#oprf, secret))
  }

  hasOprfKey(recordClass: RecordClass, epoch: number): boolean {
    return existsSync(this.#path(oprfKeyName(recordClass, epoch)))
  }

  destroyOprfKey(recordClass: RecordClass, epoch: number): void {
    if (this.hasOprfKey(recordClass, epoch)) destroyFile(this.#path(oprfKeyName(recordClass, epoch)))
  }

  createJointKeys(version: number, { secretKey, maskKey, maskSalt }: JointTableKeys): void {
    if (secretKey.length !== 32 || maskKey.length !== 16 || maskSalt.length !== 32) {
      fail('ERR_INPUT_LENGTH', 'expected keys of a joint table: 32, 16 and 32 bytes')
    }
    const secret = concat(secretKey, maskKey, maskSalt)
    try {
      this.#create(jointKeyName(version), secret, null)
    } finally {
      wipe(secret)
    }
  }

  openJointKeys(version: number): JointTableKeys {
    return this.#open(jointKeyName(version), secret => ({
      secretKey: secret.slice(0, 32),
      maskKey: secret.slice(32, 48),
      maskSalt: secret.slice(48),
    }))
  }

  jointVersions(): number[] {
    return readdirSync(join(this.#folder, 'oprf'))
      .map(jointVersionOf)
      .filter(version => version !== null)
      .toSorted((a, b) => a - b)
  }

  destroyJointKeys(version: number): void {
    const path = this.#path(jointKeyName(version))
    if (existsSync(path)) destroyFile(path)
  }

  storeSecret(name: SecretName, secret: Uint8Array, generation?: number): void {
    if (secret.length < 1 || secret.length > MAX_SECRET_BYTES) {
      fail('ERR_INPUT_LENGTH', `expected a secret of 1 to ${MAX_SECRET_BYTES} bytes, found ${secret.length}`)
    }
    this.#create(keyName(name, generation), secret, null)
  }

  openSecret(name: SecretName, generation?: number): Uint8Array {
    return this.#open(keyName(name, generation), secret => Uint8Array.from(secret))
  }

  /** Zeroes the master key; keys that were opened stay usable. */
  [Symbol.dispose](): void {
    this.#isDisposed = true
    wipe(this.#master)
  }

  /** @throws ERR_STATE_DISPOSED when the store was disposed */
  get #masterKey(): Uint8Array {
    // Else new keys would be wrapped under zeros.
    if (this.#isDisposed) fail('ERR_STATE_DISPOSED', 'the key store was disposed')
    return this.#master
  }

  #path(name: KeyName): string {
    return join(this.#folder, keyFileName(name))
  }

  #create(name: KeyName, secret: Uint8Array, publicKey: Uint8Array | null): void {
    const salt = this.#random.bytes(32)
    const header = { ...newHeader(name, this.#owner, this.#id, publicKey), derivation: 'hkdf', salt }
    createKeyFile(this.#path(name), wrapKey(this.#owner.suite, this.#masterKey, header, secret, this.#random))
  }

  #open<T>(name: KeyName, use: (secret: Uint8Array) => T): T {
    const path = this.#path(name)
    const master = this.#masterKey
    const file = readKeyFile(path, name, this.#owner, this.#id)
    const secret = unwrapKeyFile(path, this.#owner.suite, master, file)
    try {
      return use(secret)
    } finally {
      wipe(secret)
    }
  }
}
