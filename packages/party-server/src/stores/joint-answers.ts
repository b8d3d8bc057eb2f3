import type { DatabaseSync } from 'node:sqlite'
import { compareBytes, toHex } from '@mixun/core/bytes'
import { binary, recordCodec } from '@mixun/core/codec'
import { type ErrorCode, fail } from '@mixun/core/errors'
import { openDatabase, transaction } from '@mixun/sdk/home'
import type { Vault } from '@mixun/sdk/store'
import { z } from 'zod'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS joint_answers (
  intent_id BLOB PRIMARY KEY,
  statement BLOB NOT NULL,
  answered_at INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  handed_out INTEGER NOT NULL DEFAULT 0,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joint_probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS joint_closed (
  intent_id BLOB PRIMARY KEY,
  code TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`

/** Sessions of one query that a firm answers: an inquirer that lost an answer asks again, and the last one counts. */
const MAX_ANSWERS = 8

const answerSchema = z.strictObject({
  /** What is handed out once the query is opened; for the association's comparisons empty. */
  share: binary(0, 16),
  /** Signed receipt, which names the session. */
  receipt: binary(1, 768),
  signature: binary(64),
  /** Encoded record of the session, for an audit. */
  record: binary(1, 65_536),
  /** Of the table, with its salt, for an audit: they outlive its keys. Empty for the association. */
  maskKey: binary(0, 16),
  maskSalt: binary(0, 32),
})

/** What a party keeps of its part of a joint query. Secret. */
export type StoredJointAnswer = z.infer<typeof answerSchema>

/** The canonical encoding of a kept answer, sealed at rest. */
export const storedJointAnswerCodec = recordCodec('stored joint answer', answerSchema, 67_000)

/**
 * What a party answered in joint queries, sealed. A query is answered or closed: who has
 * signed that it refuses never answers, and who has answered signs no refusal.
 */
export class JointAnswers implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /**
   * Keeps an answer durably before it leaves, in the place of an earlier one that the inquirer did not use.
   *
   * @throws the code with which the query was closed, ERR_INTENT_REPLAYED after the share of it was handed out, for another
   * statement, and after {@link MAX_ANSWERS}
   */
  keep(intentId: Uint8Array, statement: Uint8Array, answer: StoredJointAnswer): void {
    const sealed = this.#vault.seal(place('answer', intentId), storedJointAnswerCodec.encode(answer))
    transaction(this.#database, () => {
      this.requireOpen(intentId)
      const row = this.#row(intentId)
      const isOther = row !== undefined && compareBytes(row['statement'] as Uint8Array, statement) !== 0
      if (isOther || this.isHandedOut(intentId) || Number(row?.['answers'] ?? 0) >= MAX_ANSWERS) {
        fail('ERR_INTENT_REPLAYED', 'the joint query was answered here before')
      }
      this.#database
        .prepare(
          `INSERT INTO joint_answers VALUES (?1, ?2, ?3, 1, 0, ?4) ON CONFLICT (intent_id) DO
           UPDATE SET answered_at = ?3, answers = answers + 1, sealed = ?4`,
        )
        .run(intentId, statement, Date.now(), sealed)
    })
  }

  /** {@link JointAnswers.keep} for what is answered once only. @throws ERR_INTENT_REPLAYED */
  keepOnce(intentId: Uint8Array, statement: Uint8Array, answer: StoredJointAnswer): void {
    if (this.#row(intentId) !== undefined)
      fail('ERR_INTENT_REPLAYED', 'the joint query was compared here before')
    this.keep(intentId, statement, answer)
  }

  /** The answer that counts; undefined without one. */
  find(intentId: Uint8Array): StoredJointAnswer | undefined {
    const row = this.#row(intentId)
    if (row === undefined) return undefined
    return storedJointAnswerCodec.decode(
      this.#vault.open(place('answer', intentId), row['sealed'] as Uint8Array),
    )
  }

  /** Whether a share of this query was handed out. */
  isHandedOut(intentId: Uint8Array): boolean {
    return Number(this.#row(intentId)?.['handed_out'] ?? 0) !== 0
  }

  /**
   * The share of the answer that opened the query, marked durably as handed out.
   *
   * @param receipt of this party in the outcome on the ledger
   * @throws ERR_JOINT_STATEMENT without an answer, or when another of its answers opened the query
   */
  handOut(intentId: Uint8Array, receipt: Uint8Array): Uint8Array {
    return transaction(this.#database, () => {
      const answer = this.find(intentId)
      if (answer === undefined || compareBytes(answer.receipt, receipt) !== 0) {
        return fail('ERR_JOINT_STATEMENT', 'expected a query that was opened with the answer kept here')
      }
      this.#database.prepare('UPDATE joint_answers SET handed_out = 1 WHERE intent_id = ?').run(intentId)
      return answer.share
    })
  }

  /**
   * Closes a query for good, durably, before a refusal of it is signed.
   *
   * @returns the code that it is closed with, the earlier one if there is; null when an answer is kept
   */
  close(intentId: Uint8Array, code: ErrorCode): ErrorCode | null {
    return transaction(this.#database, () => {
      if (this.#row(intentId) !== undefined) return null
      this.#database
        .prepare('INSERT INTO joint_closed VALUES (?, ?) ON CONFLICT DO NOTHING')
        .run(intentId, code)
      return this.#closedWith(intentId) as ErrorCode
    })
  }

  /** @throws the code with which the query was closed */
  requireOpen(intentId: Uint8Array): void {
    const code = this.#closedWith(intentId)
    if (code !== null) fail(code, 'the joint query was refused before, and stays so')
  }

  /** Whether the store takes a durable write now: a party whose store does not cannot answer. */
  isWritable(): boolean {
    try {
      transaction(this.#database, () =>
        this.#database.prepare('INSERT OR REPLACE INTO joint_probe VALUES (1, ?)').run(Date.now()),
      )
      return true
    } catch {
      return false
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #row(intentId: Uint8Array) {
    return this.#database.prepare('SELECT * FROM joint_answers WHERE intent_id = ?').get(intentId)
  }

  #closedWith(intentId: Uint8Array): ErrorCode | null {
    const row = this.#database.prepare('SELECT code FROM joint_closed WHERE intent_id = ?').get(intentId)
    return row === undefined ? null : (row['code'] as ErrorCode)
  }
}

const place = (part: string, intentId: Uint8Array) => `joint-own-${part}/${toHex(intentId)}`
