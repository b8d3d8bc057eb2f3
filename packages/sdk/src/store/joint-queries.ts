import type { DatabaseSync } from 'node:sqlite'
import { compareBytes, fromHex, fromUtf8, toHex, utf8 } from '@mixun/core/bytes'
import { binary, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { z } from 'zod'
import { openDatabase, transaction } from '../home/database.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS joint_queries (
  intent_id BLOB PRIMARY KEY,
  request_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  scope BLOB NOT NULL,
  asked_at INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  outcome BLOB,
  sealed_answer BLOB,
  UNIQUE (request_id, sequence)
) STRICT;
CREATE TABLE IF NOT EXISTS joint_contributions (
  intent_id BLOB NOT NULL REFERENCES joint_queries (intent_id),
  provider TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (intent_id, provider)
) STRICT;
CREATE TABLE IF NOT EXISTS joint_attempts (
  id INTEGER PRIMARY KEY,
  intent_id BLOB NOT NULL REFERENCES joint_queries (intent_id),
  sealed BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS joint_failed_checks (
  intent_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (intent_id, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joint_shares (
  intent_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (intent_id, provider)
) STRICT, WITHOUT ROWID;
`

/** What sessions leave, a row a query and party. */
type SessionTable = 'joint_contributions' | 'joint_failed_checks' | 'joint_shares'

const secretsSchema = z.strictObject({
  /** The subject's encoding. */
  input: binary(1, 256),
  consentId: binary(16),
  /** τ */
  factor: binary(32),
  /** The seed of the inquirer's randomness. */
  seed: binary(32),
  /** The intent's entry as it was sealed; sending it again is idempotent. */
  entry: binary(1, 540_000),
})

/** What a joint query goes on from, and is opened to an audit with. Secret. */
export type JointQuerySecrets = z.infer<typeof secretsSchema>

/** The canonical encoding of the secrets of a joint query, as they are kept, sealed. */
export const jointQuerySecretsCodec = recordCodec('joint query secrets', secretsSchema, 541_000)

const contributionSchema = z.strictObject({
  /** The provider's number, 8 bytes, lowest first; of a comparison the bit. */
  value: binary(8),
  /** The party's signed receipt. */
  receipt: binary(1, 768),
  signature: binary(64),
  /** Encoded record of the session, for an audit that runs it again. */
  record: binary(1, 300_000),
})

/** What one session left. Secret: the record says what was asked. */
export type JointContributionRecord = z.infer<typeof contributionSchema>

/** The canonical encoding of a contribution, as it is kept, sealed. */
export const jointContributionCodec = recordCodec('joint contribution', contributionSchema, 302_000)

/** A joint query of this home: the last one of a request, for a void one is asked again under another intent. */
export interface StoredJointQuery {
  readonly intentId: Uint8Array
  readonly requestId: string
  readonly askedAt: number
  readonly secrets: JointQuerySecrets
  /** The outcome's entry as it was sealed; null before it was made. */
  readonly outcome: Uint8Array | null
  /** JSON; null before it was opened. Secret. */
  readonly answer: string | null
}

/**
 * The journal of a firm's joint queries. Everything is durable before what it says leaves: an intent, a provider's number, the
 * outcome.
 */
export class JointQueryStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /** The newest query of a request. @throws ERR_REQUEST_ID_REUSED when the request was about something else */
  find(requestId: string, scope: readonly Uint8Array[]): StoredJointQuery | undefined {
    const row = this.#database
      .prepare('SELECT * FROM joint_queries WHERE request_id = ? ORDER BY sequence DESC LIMIT 1')
      .get(requestId)
    if (row === undefined) return undefined
    if (compareBytes(row['scope'] as Uint8Array, this.#scope(scope)) !== 0) {
      fail('ERR_REQUEST_ID_REUSED', 'the request id was used for another joint query')
    }
    return this.#query(row)
  }

  /** A query by its intent. @throws ERR_INPUT_RANGE */
  get(intentId: Uint8Array): StoredJointQuery {
    return (
      this.named(toHex(intentId)) ?? fail('ERR_INPUT_RANGE', 'this home asked no joint query of this intent')
    )
  }

  /** The query of an intent, in hexadecimal digits, or the newest one of a request; undefined without one. */
  named(id: string): StoredJointQuery | undefined {
    const row = this.#database
      .prepare(
        `SELECT * FROM joint_queries WHERE intent_id = ?1 OR request_id = ?2 ORDER BY sequence DESC LIMIT 1`,
      )
      .get(/^[0-9a-f]{32}$/.test(id) ? fromHex(id) : null, id)
    return row && this.#query(row)
  }

  begin(
    requestId: string,
    scope: readonly Uint8Array[],
    intentId: Uint8Array,
    secrets: JointQuerySecrets,
  ): void {
    const sealed = this.#vault.seal(place('query', intentId), jointQuerySecretsCodec.encode(secrets))
    transaction(this.#database, () =>
      this.#database
        .prepare(
          `INSERT INTO joint_queries VALUES (?1, ?2,
           (SELECT coalesce(max(sequence), 0) + 1 FROM joint_queries WHERE request_id = ?2), ?3, ?4, ?5, NULL, NULL)`,
        )
        .run(intentId, requestId, this.#scope(scope), Date.now(), sealed),
    )
  }

  /** Keeps what a provider's session left, or the association's of a comparison. */
  contribute(intentId: Uint8Array, party: string, contribution: JointContributionRecord): void {
    this.#keep('joint_contributions', intentId, party, jointContributionCodec.encode(contribution))
  }

  /** What the sessions so far left, by party. */
  contributions(intentId: Uint8Array): Map<string, JointContributionRecord> {
    const kept = this.#kept('joint_contributions', intentId)
    return new Map([...kept].map(([party, bytes]) => [party, jointContributionCodec.decode(bytes)]))
  }

  /**
   * Keeps the record of a session whose garbled check did not hold, durably, to show who is at fault. Its provider is not asked
   * again: each failure can tell it a bit of the inputs. Of a comparison the mark alone stays, without a record.
   */
  spoil(intentId: Uint8Array, party: string, record: Uint8Array = new Uint8Array(0)): void {
    this.#keep('joint_failed_checks', intentId, party, record)
  }

  isSpoilt(intentId: Uint8Array, party: string): boolean {
    return this.#kept('joint_failed_checks', intentId).has(party)
  }

  /** Encoded records of the sessions whose check did not hold, by provider. */
  failedChecks(intentId: Uint8Array): Map<string, Uint8Array> {
    const kept = this.#kept('joint_failed_checks', intentId)
    return new Map([...kept].filter(([, record]) => record.length > 0))
  }

  /** Keeps the share that a provider handed out, as it signed it. */
  keepShare(intentId: Uint8Array, provider: string, signed: Uint8Array): void {
    this.#keep('joint_shares', intentId, provider, signed)
  }

  /** Signed shares by provider. */
  shares(intentId: Uint8Array): Map<string, Uint8Array> {
    return this.#kept('joint_shares', intentId)
  }

  /** Keeps an encoded attempt at a comparison before it leaves. */
  attempt(intentId: Uint8Array, attempt: Uint8Array): void {
    const sealed = this.#vault.seal(place('attempt', intentId), attempt)
    transaction(this.#database, () =>
      this.#database
        .prepare('INSERT INTO joint_attempts (intent_id, sealed) VALUES (?, ?)')
        .run(intentId, sealed),
    )
  }

  /** The attempts so far, newest first. */
  attempts(intentId: Uint8Array): Uint8Array[] {
    const find = 'SELECT sealed FROM joint_attempts WHERE intent_id = ? ORDER BY id DESC'
    const rows = this.#database.prepare(find).all(intentId)
    return rows.map(row => this.#vault.open(place('attempt', intentId), row['sealed'] as Uint8Array))
  }

  /** Keeps the outcome's entry before it leaves. */
  concluded(intentId: Uint8Array, entry: Uint8Array): void {
    transaction(this.#database, () =>
      this.#database.prepare('UPDATE joint_queries SET outcome = ? WHERE intent_id = ?').run(entry, intentId),
    )
  }

  answered(intentId: Uint8Array, answer: string): void {
    const sealed = this.#vault.seal(place('answer', intentId), utf8(answer))
    transaction(this.#database, () =>
      this.#database
        .prepare('UPDATE joint_queries SET sealed_answer = ? WHERE intent_id = ?')
        .run(sealed, intentId),
    )
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #keep(table: SessionTable, intentId: Uint8Array, party: string, bytes: Uint8Array): void {
    const sealed = this.#vault.seal(place(`${table}/${party}`, intentId), bytes)
    transaction(this.#database, () =>
      this.#database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?)`).run(intentId, party, sealed),
    )
  }

  #kept(table: SessionTable, intentId: Uint8Array): Map<string, Uint8Array> {
    const rows = this.#database.prepare(`SELECT * FROM ${table} WHERE intent_id = ?`).all(intentId)
    return new Map(
      rows.map(row => {
        const party = String(row['provider'])
        return [party, this.#vault.open(place(`${table}/${party}`, intentId), row['sealed'] as Uint8Array)]
      }),
    )
  }

  #scope(scope: readonly Uint8Array[]): Uint8Array {
    return this.#vault.index('joint-scope', ...scope)
  }

  #query(row: Record<string, unknown>): StoredJointQuery {
    const intentId = row['intent_id'] as Uint8Array
    const answer = row['sealed_answer']
    return {
      intentId,
      requestId: String(row['request_id']),
      askedAt: Number(row['asked_at']),
      secrets: jointQuerySecretsCodec.decode(
        this.#vault.open(place('query', intentId), row['sealed'] as Uint8Array),
      ),
      outcome: row['outcome'] as Uint8Array | null,
      answer:
        answer instanceof Uint8Array ? fromUtf8(this.#vault.open(place('answer', intentId), answer)) : null,
    }
  }
}

const place = (part: string, intentId: Uint8Array) => `joint-${part}/${toHex(intentId)}`
