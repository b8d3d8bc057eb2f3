import type { DatabaseSync } from 'node:sqlite'
import { binaryColumn } from './binary-column.ts'
import type { Vault } from './vault.ts'

export const JOURNAL_SCHEMA = `
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
`

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

/** Which intent was about whom, by whom and when. It outlives the answers. */
export class JournalRows {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(database: DatabaseSync, vault: Vault) {
    this.#database = database
    this.#vault = vault
  }

  add(intentId: Uint8Array, requestId: string, consentId: Uint8Array, line: JournalLine): void {
    const subject = this.#vault.index('consent-subject', line.subject)
    this.#database
      .prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, NULL)')
      .run(intentId, requestId, subject, consentId, line.askedAt, line.operator)
  }

  /** Every inquiry about a subject, oldest first. */
  about(subject: Uint8Array): JournaledInquiry[] {
    const rows = this.#database
      .prepare('SELECT * FROM journal WHERE subject_index = ? ORDER BY asked_at, rowid')
      .all(this.#vault.index('consent-subject', subject))
    return rows.map(row => ({
      requestId: String(row['request_id']),
      intentId: binaryColumn(row['intent_id']),
      consentId: binaryColumn(row['consent_id']),
      askedAt: Number(row['asked_at']),
      operator: row['operator'] as string | null,
      answerDigest: row['answer_digest'] === null ? null : binaryColumn(row['answer_digest']),
    }))
  }

  /** Ids of the intents that were asked before a time, Unix milliseconds. */
  askedBefore(before: number): Uint8Array[] {
    const rows = this.#database.prepare('SELECT intent_id FROM journal WHERE asked_at < ?').all(before)
    return rows.map(row => binaryColumn(row['intent_id']))
  }

  /** Keeps the digest of an answer that is erased. */
  keepDigest(intentId: Uint8Array, digest: Uint8Array): void {
    this.#database.prepare('UPDATE journal SET answer_digest = ? WHERE intent_id = ?').run(digest, intentId)
  }

  /** Whether the answer under an intent was erased. */
  isPurged(intentId: Uint8Array): boolean {
    const found = this.#database
      .prepare('SELECT 1 FROM journal WHERE intent_id = ? AND answer_digest IS NOT NULL')
      .get(intentId)
    return found !== undefined
  }
}
