import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, toHex } from '@mixun/core/bytes'
import type { TlsMaterial } from '@mixun/core/channel'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import type { Identity } from '@mixun/core/session'
import { suiteById } from '@mixun/core/suite'
import { anchorToJson, parseAnchor, type TrustAnchor } from './anchor.ts'
import { formatConfig, type HomeConfig, parseConfig } from './config.ts'
import { readHomeFile, readSecretFile, writeFileDurably, writeSecretFile } from './files.ts'

/** Where the files of a home folder lie. */
function homePaths(root: string) {
  return {
    config: join(root, 'config.toml'),
    anchor: join(root, 'consortium.json'),
    identityKey: join(root, 'keys', 'identity.key'),
    storeKey: join(root, 'keys', 'store.key'),
    tlsKey: join(root, 'keys', 'tls.key.pem'),
    /** The consortium CA's key; in the association's home only. */
    caKey: join(root, 'keys', 'ca.key.pem'),
    oprfKey: (className: string, epoch: number) => join(root, 'keys', 'oprf', `${className}-${epoch}.key`),
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
    ownRecords: join(root, 'data', 'own-records.db'),
    partyLog: join(root, 'data', 'party-log.db'),
    table: (provider: string, className: string, epoch: number) =>
      join(root, 'tables', `${provider}-${className}-${epoch}.table`),
    /** Evidence of a fork of the ledger. */
    fork: (digest: string) => join(root, 'findings', `fork-${digest}.json`),
    findings: (batch: number) => join(root, 'findings', `batch-${batch}.csv`),
    list: (provider: string, version: number) => join(root, 'tables', `${provider}-list-${version}.bin`),
  }
}

const FOLDERS = ['keys', 'keys/oprf', 'certificates', 'data', 'tables', 'findings']

/**
 * The home folder of one party: configuration, keys, certificates and data. Everything in it belongs to this party
 * alone; the keys folder is readable by its owner only.
 */
export class Home {
  readonly root: string
  readonly paths: ReturnType<typeof homePaths>
  readonly config: HomeConfig
  readonly identity: Identity
  readonly #storeKey: Uint8Array

  private constructor(root: string) {
    this.root = root
    this.paths = homePaths(root)
    this.config = parseConfig(readHomeFile(this.paths.config).toString('utf8'))
    const suite = suiteById(this.config.party.suite)
    const signingKey = suite.importSigningKey(readKey(this.paths.identityKey))
    this.identity = { partyId: this.config.party.id, suite, signingKey }
    this.#storeKey = readKey(this.paths.storeKey)
  }

  /** Key of the local stores' encryption and indexes; 32 bytes, never leaves the home. */
  get storeKey(): Uint8Array {
    return this.#storeKey
  }

  /** @throws ERR_HOME_MISSING, ERR_HOME_INVALID, ERR_KEY_FILE */
  static open(root: string): Home {
    return new Home(root)
  }

  /** Makes a new home with fresh keys. @throws ERR_HOME_EXISTS */
  static create(root: string, config: HomeConfig, random: RandomSource = systemRandom): Home {
    const paths = homePaths(root)
    if (existsSync(paths.config)) fail('ERR_HOME_EXISTS', `${root} is a home folder already`)
    parseConfig(formatConfig(config))
    for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true, mode: 0o700 })
    const signingKey = suiteById(config.party.suite).generateSigningKey(random)
    writeSecretFile(paths.identityKey, `${toHex(signingKey.exportSecret())}\n`)
    writeSecretFile(paths.storeKey, `${toHex(random.bytes(32))}\n`)
    // Last, because its presence is what makes the folder a home.
    writeFileDurably(paths.config, formatConfig(config))
    return new Home(root)
  }

  /** @throws ERR_HOME_MISSING before `mixun join` */
  anchor(): TrustAnchor {
    return parseAnchor(readHomeFile(this.paths.anchor).toString('utf8'))
  }

  writeAnchor(anchor: TrustAnchor): void {
    writeFileDurably(this.paths.anchor, `${JSON.stringify(anchorToJson(anchor), null, 2)}\n`)
  }

  /** Certificates and key for mutual TLS. @throws ERR_HOME_MISSING before `mixun join` */
  tls(): TlsMaterial {
    return {
      ca: readHomeFile(this.paths.caCertificate).toString('utf8'),
      certificate: readHomeFile(this.paths.certificate).toString('utf8'),
      key: readSecretFile(this.paths.tlsKey).toString('utf8'),
    }
  }

  /** @throws ERR_HOME_ROLE */
  requireRole(role: HomeConfig['party']['role']): void {
    if (this.config.party.role !== role) {
      fail('ERR_HOME_ROLE', `expected the home of a party with role ${role}, found ${this.config.party.role}`)
    }
  }
}

/** Reads a 32-byte key in hex. @throws ERR_HOME_MISSING, ERR_KEY_FILE */
export function readKey(file: string): Uint8Array {
  const content = readSecretFile(file).toString('utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(content)) fail('ERR_KEY_FILE', `${file}: expected 64 hexadecimal digits`)
  return fromHex(content)
}
