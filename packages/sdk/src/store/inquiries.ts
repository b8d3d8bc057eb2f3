import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'
import { compareBytes, fromUtf8, utf8 } from '@mixun/core/bytes'
import { binary, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { openDatabase, transaction } from '../home/database.ts'
import type { Suite } from '@mixun/core/suite'
import { binaryColumn } from './binary-column.ts'
import { EVALUATIONS_SCHEMA, EvaluationRows, type StoredEvaluation } from './evaluation-rows.ts'
import { JOURNAL_SCHEMA, type JournaledInquiry, type JournalLine, JournalRows } from './journal-rows.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS inquiries (
  request_id TEXT PRIMARY KEY,
  scope_index BLOB NOT NULL,
  intent_id BLOB NOT NULL,
  sealed_secret BLOB NOT NULL,
  sealed_answer BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS cut_off (
  intent_id BLOB PRIMARY KEY,
  request_id TEXT NOT NULL,
  sealed_secret BLOB NOT NULL
) STRICT;
${JOURNAL_SCHEMA}${EVALUATIONS_SCHEMA}`

/** What a purge goes by. */
export interface PurgeOptions {
  readonly hash: Suite['hash']
  /** Whether a cut-off intent can no longer be drawn for an opening, which needs what is erased. */
  readonly isOver: (intentId: Uint8Array) => boolean
  /** Counts only. */
  readonly isDryRun: boolean
}

/** How much was erased, or would be. */
export interface PurgedInquiries {
  readonly answers: number
  readonly evaluations: number
  readonly cutOff: number
}

/** Which consent an inquiry used, and how its element follows from it (`T = factor · T₀`). */
export interface InquirySecret {
  readonly consentId: Uint8Array
  readonly factor: Uint8Array
}

export interface StoredInquiry {
  readonly intentId: Uint8Array
  readonly secret: InquirySecret
  /** The answer as JSON; null while the inquiry is under way, or when it was cut off. */
  readonly answer: string | null
}

export const inquirySecretCodec = recordCodec(
  'inquiry secret',
  z.strictObject({ consentId: binary(16), factor: binary(32) }),
  256,
)

/** The inquirer's own journal: inquiries by request id. Everything that names a subject is sealed. */
export class InquiryStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault
  readonly #journal: JournalRows
  readonly #evaluations: EvaluationRows

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
    this.#journal = new JournalRows(this.#database, vault)
    this.#evaluations = new EvaluationRows(this.#database, vault)
  }

  /**
   * The inquiry with this id.
   *
   * @throws ERR_REQUEST_ID_REUSED when it was about another subject or scope, ERR_INQUIRY_PURGED when its answer was erased
   */
  inquiry(requestId: string, scope: readonly Uint8Array[]): StoredInquiry | undefined {
    const row = this.#row(requestId)
    if (row === undefined) return undefined
    if (compareBytes(binaryColumn(row['scope_index']), this.#vault.index('inquiry-scope', ...scope)) !== 0) {
      fail('ERR_REQUEST_ID_REUSED', 'the request id belongs to an inquiry about another subject or scope')
    }
    // A purged inquiry must not look like one that was cut off, which is asked anew.
    if (this.#journal.isPurged(binaryColumn(row['intent_id']))) {
      fail('ERR_INQUIRY_PURGED', 'the answer under this request id was erased')
    }
    return this.#stored(requestId, row)
  }

  /** The inquiry with this id, whatever it was about. */
  inquiryById(requestId: string): StoredInquiry | undefined {
    const row = this.#row(requestId)
    return row === undefined ? undefined : this.#stored(requestId, row)
  }

  /**
   * The inquiry of an intent, also of one that was cut off and asked anew: an intent that its inquirer cannot open
   * counts as forged.
   */
  inquiryByIntent(
    intentId: Uint8Array,
  ): { readonly requestId: string; readonly secret: InquirySecret } | undefined {
    const row = this.#database
      .prepare(
        `SELECT request_id, sealed_secret FROM inquiries WHERE intent_id = ?1
         UNION SELECT request_id, sealed_secret FROM cut_off WHERE intent_id = ?1`,
      )
      .get(intentId)
    if (row === undefined) return undefined
    const requestId = String(row['request_id'])
    return { requestId, secret: this.#openSecret(requestId, binaryColumn(row['sealed_secret'])) }
  }

  /** Durable before the intent leaves; a cut-off inquiry of the same id is started anew, and can still be opened. */
  start(
    requestId: string,
    scope: readonly Uint8Array[],
    intentId: Uint8Array,
    secret: InquirySecret,
    line: JournalLine,
  ): void {
    const sealed = this.#vault.seal(`inquiry/${requestId}`, inquirySecretCodec.encode({ ...secret }))
    transaction(this.#database, () => {
      this.#database
        .prepare(
          'INSERT INTO cut_off SELECT intent_id, request_id, sealed_secret FROM inquiries WHERE request_id = ?',
        )
        .run(requestId)
      this.#database
        .prepare('INSERT OR REPLACE INTO inquiries VALUES (?, ?, ?, ?, NULL)')
        .run(requestId, this.#vault.index('inquiry-scope', ...scope), intentId, sealed)
      this.#journal.add(intentId, requestId, secret.consentId, line)
    })
  }

  answered(requestId: string, answer: string, evaluations: readonly StoredEvaluation[] = []): void {
    const intentId = this.#row(requestId)?.['intent_id']
    transaction(this.#database, () => {
      if (evaluations.length > 0) this.#evaluations.put(binaryColumn(intentId), evaluations)
      this.#database
        .prepare('UPDATE inquiries SET sealed_answer = ? WHERE request_id = ?')
        .run(this.#vault.seal(`answer/${requestId}`, utf8(answer)), requestId)
    })
  }

  /** Every inquiry about a subject, oldest first. */
  inquiriesAbout(subject: Uint8Array): JournaledInquiry[] {
    return this.#journal.about(subject)
  }

  /** Every answer that is kept, with its inquiry. Secret. */
  *answers(): Generator<{ requestId: string; intentId: Uint8Array; askedAt: number; answer: string }> {
    const rows = this.#database
      .prepare(
        'SELECT i.*, j.asked_at FROM inquiries i JOIN journal j ON j.intent_id = i.intent_id WHERE sealed_answer IS NOT NULL ORDER BY j.rowid',
      )
      .all()
    for (const row of rows) {
      const requestId = String(row['request_id'])
      const { intentId, answer } = this.#stored(requestId, row)
      yield { requestId, intentId, askedAt: Number(row['asked_at']), answer: answer as string }
    }
  }

  /**
   * Erases answers, evaluations and cut-off inquiries that were asked before a time, and keeps a digest of each answer.
   * Freed pages are overwritten, the write-ahead log is emptied.
   *
   * @param before Unix milliseconds
   * @param hash of the home's suite
   */
  purge(before: number, { hash, isOver, isDryRun }: PurgeOptions): PurgedInquiries {
    const asked = 'intent_id IN (SELECT intent_id FROM journal WHERE asked_at < ?)'
    const rowsOf = (table: string, condition = '1') =>
      this.#database.prepare(`SELECT * FROM ${table} WHERE ${condition} AND ${asked}`).all(before)
    const answered = rowsOf('inquiries', 'sealed_answer IS NOT NULL')
    const cutOff = rowsOf('cut_off').filter(row => isOver(binaryColumn(row['intent_id'])))
    const evaluations = rowsOf('evaluations').length
    const purged = { answers: answered.length, evaluations, cutOff: cutOff.length }
    if (isDryRun) return purged
    transaction(this.#database, () => {
      const erase = this.#database.prepare('UPDATE inquiries SET sealed_answer = NULL WHERE intent_id = ?')
      for (const row of answered) {
        const { answer } = this.#stored(String(row['request_id']), row)
        this.#journal.keepDigest(binaryColumn(row['intent_id']), hash(utf8(answer as string)))
        erase.run(binaryColumn(row['intent_id']))
      }
      this.#database.prepare(`DELETE FROM evaluations WHERE ${asked}`).run(before)
      const forget = this.#database.prepare('DELETE FROM cut_off WHERE intent_id = ?')
      for (const row of cutOff) forget.run(binaryColumn(row['intent_id']))
    })
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return purged
  }

  /** Ids of the intents that were asked before a time, Unix milliseconds. */
  askedBefore(before: number): Uint8Array[] {
    return this.#journal.askedBefore(before)
  }

  /** How the evaluations of an intent open; empty when they were purged. Secret. */
  evaluations(intentId: Uint8Array): StoredEvaluation[] {
    return this.#evaluations.of(intentId)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #row(requestId: string): Record<string, SQLOutputValue> | undefined {
    return this.#database.prepare('SELECT * FROM inquiries WHERE request_id = ?').get(requestId)
  }

  #openSecret(requestId: string, sealed: Uint8Array): InquirySecret {
    return inquirySecretCodec.decode(this.#vault.open(`inquiry/${requestId}`, sealed))
  }

  #stored(requestId: string, row: Record<string, SQLOutputValue>): StoredInquiry {
    const sealedAnswer = row['sealed_answer']
    return {
      intentId: binaryColumn(row['intent_id']),
      secret: this.#openSecret(requestId, binaryColumn(row['sealed_secret'])),
      answer:
        sealedAnswer === null
          ? null
          : fromUtf8(this.#vault.open(`answer/${requestId}`, binaryColumn(sealedAnswer))),
    }
  }
}
