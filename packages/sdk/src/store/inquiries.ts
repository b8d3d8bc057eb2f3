import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'
import { compareBytes, fromUtf8, toHex, utf8 } from '@mixun/core/bytes'
import { binary, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { type EvaluationTranscript, evaluationTranscriptCodec } from '@mixun/ot/keyword-ot'
import { openDatabase, transaction } from '../home/database.ts'
import type { Suite } from '@mixun/core/suite'
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
CREATE TABLE IF NOT EXISTS journal (
  intent_id BLOB PRIMARY KEY,
  request_id TEXT NOT NULL,
  subject_index BLOB NOT NULL,
  consent_id BLOB NOT NULL,
  asked_at INTEGER NOT NULL,
  operator TEXT,
  answer_digest BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS journal_by_subject ON journal (subject_index);
CREATE TABLE IF NOT EXISTS evaluations (
  intent_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  class TEXT NOT NULL,
  sealed_transcript BLOB NOT NULL,
  PRIMARY KEY (intent_id, provider, class)
) STRICT;
`

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

/** Who asks about whom, and when: for the report to the investor and for retention. */
export interface JournalLine {
  readonly subject: Uint8Array
  readonly operator: string | null
  /** Unix milliseconds. */
  readonly askedAt: number
}

/** One inquiry about a subject, as the journal keeps it. */
export interface JournaledInquiry {
  readonly requestId: string
  readonly intentId: Uint8Array
  readonly consentId: Uint8Array
  /** Unix milliseconds. */
  readonly askedAt: number
  readonly operator: string | null
  /** Digest of the answer once it was purged; null before. */
  readonly answerDigest: Uint8Array | null
}

/** How one evaluation of an inquiry can be opened. */
export interface StoredEvaluation {
  readonly provider: string
  readonly class: string
  readonly transcript: EvaluationTranscript
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

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /**
   * The inquiry with this id.
   *
   * @throws ERR_REQUEST_ID_REUSED when it was about another subject or scope, ERR_INQUIRY_PURGED when its answer was erased
   */
  inquiry(requestId: string, scope: readonly Uint8Array[]): StoredInquiry | undefined {
    const row = this.#row(requestId)
    if (row === undefined) return undefined
    if (compareBytes(bytes(row['scope_index']), this.#vault.index('inquiry-scope', ...scope)) !== 0) {
      fail('ERR_REQUEST_ID_REUSED', 'the request id belongs to an inquiry about another subject or scope')
    }
    this.#requireKept(row)
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
    return { requestId, secret: this.#openSecret(requestId, bytes(row['sealed_secret'])) }
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
      const subject = this.#vault.index('consent-subject', line.subject)
      this.#database
        .prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, NULL)')
        .run(intentId, requestId, subject, secret.consentId, line.askedAt, line.operator)
    })
  }

  answered(requestId: string, answer: string, evaluations: readonly StoredEvaluation[] = []): void {
    const intentId = this.#row(requestId)?.['intent_id']
    transaction(this.#database, () => {
      const insert = this.#database.prepare('INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?)')
      for (const { provider, class: className, transcript } of evaluations) {
        const where = evaluationPlace(bytes(intentId), provider, className)
        const sealed = this.#vault.seal(where, evaluationTranscriptCodec.encode(transcript))
        insert.run(bytes(intentId), provider, className, sealed)
      }
      this.#database
        .prepare('UPDATE inquiries SET sealed_answer = ? WHERE request_id = ?')
        .run(this.#vault.seal(`answer/${requestId}`, utf8(answer)), requestId)
    })
  }

  /** Every inquiry about a subject, oldest first. */
  inquiriesAbout(subject: Uint8Array): JournaledInquiry[] {
    const rows = this.#database
      .prepare('SELECT * FROM journal WHERE subject_index = ? ORDER BY asked_at, rowid')
      .all(this.#vault.index('consent-subject', subject))
    return rows.map(row => ({
      requestId: String(row['request_id']),
      intentId: bytes(row['intent_id']),
      consentId: bytes(row['consent_id']),
      askedAt: Number(row['asked_at']),
      operator: row['operator'] as string | null,
      answerDigest: row['answer_digest'] === null ? null : bytes(row['answer_digest']),
    }))
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
    const cutOff = rowsOf('cut_off').filter(row => isOver(bytes(row['intent_id'])))
    const evaluations = rowsOf('evaluations').length
    const purged = { answers: answered.length, evaluations, cutOff: cutOff.length }
    if (isDryRun) return purged
    transaction(this.#database, () => {
      const keep = this.#database.prepare('UPDATE journal SET answer_digest = ? WHERE intent_id = ?')
      const erase = this.#database.prepare('UPDATE inquiries SET sealed_answer = NULL WHERE intent_id = ?')
      for (const row of answered) {
        const { answer } = this.#stored(String(row['request_id']), row)
        keep.run(hash(utf8(answer as string)), bytes(row['intent_id']))
        erase.run(bytes(row['intent_id']))
      }
      this.#database.prepare(`DELETE FROM evaluations WHERE ${asked}`).run(before)
      const forget = this.#database.prepare('DELETE FROM cut_off WHERE intent_id = ?')
      for (const row of cutOff) forget.run(bytes(row['intent_id']))
    })
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return purged
  }

  /** Ids of the intents that were asked before a time, Unix milliseconds. */
  askedBefore(before: number): Uint8Array[] {
    const rows = this.#database.prepare('SELECT intent_id FROM journal WHERE asked_at < ?').all(before)
    return rows.map(row => bytes(row['intent_id']))
  }

  /** How the evaluations of an intent open; empty when they were purged. Secret. */
  evaluations(intentId: Uint8Array): StoredEvaluation[] {
    const rows = this.#database.prepare('SELECT * FROM evaluations WHERE intent_id = ?').all(intentId)
    return rows.map(row => {
      const [provider, className] = [String(row['provider']), String(row['class'])]
      const sealed = bytes(row['sealed_transcript'])
      const opened = this.#vault.open(evaluationPlace(intentId, provider, className), sealed)
      return { provider, class: className, transcript: evaluationTranscriptCodec.decode(opened) }
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  /** A purged inquiry must not look like one that was cut off, which is asked anew. */
  #requireKept(row: Record<string, SQLOutputValue>): void {
    const purged = this.#database
      .prepare('SELECT 1 FROM journal WHERE intent_id = ? AND answer_digest IS NOT NULL')
      .get(bytes(row['intent_id']))
    if (purged !== undefined) fail('ERR_INQUIRY_PURGED', 'the answer under this request id was erased')
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
      intentId: bytes(row['intent_id']),
      secret: this.#openSecret(requestId, bytes(row['sealed_secret'])),
      answer:
        sealedAnswer === null ? null : fromUtf8(this.#vault.open(`answer/${requestId}`, bytes(sealedAnswer))),
    }
  }
}

function evaluationPlace(intentId: Uint8Array, provider: string, className: string): string {
  return `evaluation/${toHex(intentId)}/${provider}/${className}`
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value
  return fail('ERR_HOME_INVALID', 'inquiries.db: expected a binary column')
}
