import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { compareBytes, fromUtf8, toHex, wipe } from '@mixun/core/bytes'
import type { TlsMaterial } from '@mixun/core/channel'
import { fail } from '@mixun/core/errors'
import { writeFileDurably } from '@mixun/core/files'
import { systemRandom } from '@mixun/core/random'
import type { DecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import { type SigningKey, type Suite, suiteById } from '@mixun/core/suite'
import {
  FileKeyStore,
  type KeyStore,
  type KeyStoreOptions,
  type MasterKeyOptions,
} from '../keystore/index.ts'
import { anchorToJson, parseAnchor, type TrustAnchor } from './anchor.ts'
import { formatConfig, type HomeConfig, parseConfig } from './config.ts'
import { readHomeFile } from './files.ts'

/** Where the files of a home folder lie. */
function homePaths(root: string) {
  return {
    config: join(root, 'config.toml'),
    anchor: join(root, 'consortium.json'),
    /** The key store. */
    keys: join(root, 'keys'),
    caCertificate: join(root, 'certificates', 'ca.pem'),
    certificate: join(root, 'certificates', 'party.pem'),
    /** The association's ledger, or a firm's mirror of it. */
    ledger: join(root, 'data', 'ledger.db'),
    /** Largest checkpoint that the association signed; apart from the ledger, so that a restored backup shows. */
    ledgerHead: join(root, 'data', 'ledger.head'),
    inquiries: join(root, 'data', 'inquiries.db'),
    /** Inquiries under dual control. */
    approvals: join(root, 'data', 'approvals.db'),
    /** What is used of the firm's own budgets. */
    budgets: join(root, 'data', 'budgets.db'),
    records: join(root, 'data', 'records.db'),
    /** Joint queries, the setups of their transfers, joint books and tables. */
    joint: join(root, 'data', 'joint.db'),
    /** A joint table as it is downloaded. */
    jointTable: (provider: string, version: number) =>
      join(root, 'tables', `${provider}-joint-${version}.table`),
    tickets: join(root, 'data', 'tickets.db'),
    ownRecords: join(root, 'data', 'own-records.db'),
    partyLog: join(root, 'data', 'party-log.db'),
    table: (provider: string, className: string, epoch: number) =>
      join(root, 'tables', `${provider}-${className}-${epoch}.table`),
    /** A published delta with its commitment. */
    delta: (provider: string, className: string, epoch: number, version: number) =>
      join(root, 'tables', `${provider}-${className}-${epoch}-${version}.delta`),
    /** What the rows that came with a version were sealed for; sealed under the store key. */
    book: (className: string, epoch: number, version: number) =>
      join(root, 'data', `book-${className}-${epoch}-${version}.sealed`),
    /** The one answer to the association's sample of an epoch; sealed under the store key. */
    leafSample: (className: string, epoch: number) =>
      join(root, 'data', `sample-${className}-${epoch}.sealed`),
    /** Leaves that did not open, as their provider signed them; sealed under the store key. */
    leafFinding: (digest: string) => join(root, 'findings', `leaves-${digest}.sealed`),
    /** What convicts a party of a joint query, as it signed it; sealed under the store key. */
    jointFinding: (intentId: string, party: string) =>
      join(root, 'findings', `joint-${intentId}-${party}.sealed`),
    /** An opened inquiry that waits for the auditor; sealed under the store key. */
    auditOpening: (intentId: string) => join(root, 'data', `opening-${intentId}.sealed`),
    forgedOpening: (intentId: string) => join(root, 'findings', `opening-${intentId}.sealed`),
    decisions: join(root, 'data', 'decisions.db'),
    /** Held by the one process that publishes. */
    publishLock: join(root, 'data', 'publish.lock'),
    /** Held by the one daemon. */
    daemonLock: join(root, 'data', 'daemon.lock'),
    /** Evidence that an answered intent is not on the ledger. */
    intentFinding: (intent: string) => join(root, 'findings', `intent-${intent}.json`),
    /** Evidence of a fork of the ledger. */
    closingFinding: (period: string) => join(root, 'findings', `closing-${period}.json`),
    fork: (digest: string) => join(root, 'findings', `fork-${digest}.json`),
    jointFindings: (book: number) => join(root, 'findings', `joint-book-${book}.csv`),
    findings: (batch: number) => join(root, 'findings', `batch-${batch}.csv`),
    list: (provider: string, version: number) => join(root, 'tables', `${provider}-list-${version}.bin`),
  }
}

const FOLDERS = ['certificates', 'data', 'tables', 'findings']

/**
 * The home folder of one party: configuration, keys, certificates and data. Everything in it belongs to this party
 * alone; the keys folder is readable by its owner only.
 */
export class Home implements Disposable {
  readonly root: string
  readonly paths: ReturnType<typeof homePaths>
  readonly config: HomeConfig
  /** This party with the signing key that it has now: {@link Home.useKeys} may change it. */
  readonly identity: Identity
  readonly #keys: FileKeyStore
  #signingKey: SigningKey
  /** The decryption keys that were opened, by public key. */
  readonly #decryptionKeys = new Map<string, DecryptionKey>()
  #encryptionKey: Uint8Array

  private constructor(root: string, config: HomeConfig, keys: FileKeyStore) {
    this.root = root
    this.paths = homePaths(root)
    this.config = config
    this.#keys = keys
    // Until the ledger says which key is on record, the newest: there is one only, unless this home rotated.
    this.#signingKey = keys.openSigningKey(keys.generations('identity').at(-1)?.generation)
    this.#encryptionKey = keys.generations('decryption').at(-1)?.publicKey ?? new Uint8Array(0)
    const current = () => this.#signingKey
    this.identity = {
      ...ownerOf(config),
      get signingKey() {
        return current()
      },
    }
  }

  /** The key that entries of the ledger are sealed to for this party. @throws ERR_KEY_FILE */
  get decryptionKey(): DecryptionKey {
    return this.decryptionKeyOf(this.#encryptionKey)
  }

  /** The decryption key with this public half, of today or of before. @throws ERR_KEY_FILE when this home has none */
  decryptionKeyOf(publicKey: Uint8Array): DecryptionKey {
    const known = this.#decryptionKeys.get(toHex(publicKey))
    if (known !== undefined) return known
    const generation = this.#generation('decryption', publicKey)
    if (generation === undefined) {
      return fail(
        'ERR_KEY_FILE',
        `${this.paths.keys}: expected the decryption key that the ledger has on record`,
      )
    }
    const key = this.#keys.openDecryptionKey(generation)
    this.#decryptionKeys.set(toHex(publicKey), key)
    return key
  }

  /**
   * Goes over to the keys that the ledger has on record for this party, as far as they are here. Whoever holds
   * {@link Home.identity} signs with the new key from then on.
   */
  useKeys({ signingKey, encryptionKey }: { signingKey: Uint8Array; encryptionKey: Uint8Array }): void {
    if (compareBytes(signingKey, this.#signingKey.publicKey) !== 0) {
      const generation = this.#generation('identity', signingKey)
      if (generation !== undefined) this.#signingKey = this.#keys.openSigningKey(generation)
    }
    if (compareBytes(encryptionKey, this.#encryptionKey) !== 0) {
      if (this.#generation('decryption', encryptionKey) !== undefined) this.#encryptionKey = encryptionKey
    }
  }

  /**
   * Goes over to the newest signing key: the ledger may have taken it in though the own copy does not show it yet.
   *
   * @returns how to go back; null when the newest is in use already
   */
  useNewestSigningKey(): (() => void) | null {
    const before = this.#signingKey
    const newest = this.#keys.generations('identity').at(-1)
    if (newest?.publicKey == null || compareBytes(newest.publicKey, before.publicKey) === 0) return null
    this.#signingKey = this.#keys.openSigningKey(newest.generation)
    return () => {
      this.#signingKey = before
    }
  }

  #generation(kind: 'identity' | 'decryption', publicKey: Uint8Array): number | undefined {
    return this.#keys
      .generations(kind)
      .find(each => each.publicKey !== null && compareBytes(each.publicKey, publicKey) === 0)?.generation
  }

  /** All keys of this party. */
  get keys(): KeyStore {
    return this.#keys
  }

  /**
   * Opens a home and its key store: about half a second and 128 MiB, once.
   *
   * @throws ERR_HOME_MISSING, ERR_HOME_INVALID, ERR_KEY_FILE, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE
   */
  static open(root: string, options: KeyStoreOptions = {}): Home {
    const { config: configFile, keys } = homePaths(root)
    const config = parseConfig(readHomeFile(configFile).toString('utf8'))
    return new Home(root, config, FileKeyStore.open(keys, ownerOf(config), options))
  }

  /**
   * Makes a new home with fresh keys.
   *
   * @throws ERR_HOME_EXISTS, ERR_KEY_EXISTS, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE when it is too short
   */
  static create(root: string, config: HomeConfig, options: KeyStoreOptions = {}): Home {
    const paths = homePaths(root)
    if (existsSync(paths.config)) fail('ERR_HOME_EXISTS', `${root} is a home folder already`)
    parseConfig(formatConfig(config))
    const keys = FileKeyStore.create(paths.keys, ownerOf(config), options)
    for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true, mode: 0o700 })
    keys.createSigningKey()
    keys.createDecryptionKey()
    const storeKey = (options.random ?? systemRandom).bytes(32)
    keys.storeSecret('store', storeKey)
    wipe(storeKey)
    // Last, because its presence is what makes the folder a home.
    writeFileDurably(paths.config, formatConfig(config))
    return new Home(root, config, keys)
  }

  /**
   * Changes the passphrase of the key store; no other file changes, and a running daemon goes on.
   *
   * @throws ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE when it is too short
   */
  changePassphrase(options: MasterKeyOptions): void {
    this.#keys.changePassphrase(options)
  }

  /** Zeroes the master key of the key store; what was opened from it stays usable. */
  [Symbol.dispose](): void {
    this.#keys[Symbol.dispose]()
  }

  /** @throws ERR_HOME_MISSING before `mixun join` */
  anchor(): TrustAnchor {
    return parseAnchor(readHomeFile(this.paths.anchor).toString('utf8'))
  }

  writeAnchor(anchor: TrustAnchor): void {
    writeFileDurably(this.paths.anchor, `${JSON.stringify(anchorToJson(anchor), null, 2)}\n`)
  }

  /** Certificates and key for mutual TLS. @throws ERR_HOME_MISSING before `mixun join`, ERR_KEY_FILE */
  tls(): TlsMaterial {
    const ca = readHomeFile(this.paths.caCertificate).toString('utf8')
    const certificate = readHomeFile(this.paths.certificate).toString('utf8')
    const keys = this.#keys.generations('tls').map(({ generation }) => this.#tlsKey(generation))
    // The certificate says which of them is in use; a newer one waits for its own.
    const key = keys.findLast(each => isCertified(certificate, each))
    // One that fits none is found by TLS itself, and by `mixun doctor`.
    return { ca, certificate, key: key ?? keys.at(-1) ?? this.#tlsKey(1) }
  }

  #tlsKey(generation: number): string {
    const key = this.#keys.openSecret('tls', generation)
    try {
      return fromUtf8(key)
    } finally {
      wipe(key)
    }
  }

  /** @throws ERR_HOME_ROLE */
  requireRole(...roles: readonly HomeConfig['party']['role'][]): void {
    const { role } = this.config.party
    if (!roles.includes(role)) {
      fail('ERR_HOME_ROLE', `expected the home of a party with role ${roles.join(' or ')}, found ${role}`)
    }
  }
}

function isCertified(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function ownerOf({ party }: HomeConfig): { partyId: string; suite: Suite } {
  return { partyId: party.id, suite: suiteById(party.suite) }
}
