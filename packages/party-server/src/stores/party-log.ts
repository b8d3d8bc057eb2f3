import type { DatabaseSync } from 'node:sqlite'
import { fail } from '@mixun/core/errors'
import { openDatabase } from '@mixun/sdk/home'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS party_log (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('asked', 'answered', 'refused')),
  inquirer TEXT NOT NULL,
  class TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  session_id BLOB NOT NULL,
  intent_id BLOB,
  request_digest BLOB,
  code TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_evaluation ON party_log (intent_id, class) WHERE event = 'asked';
CREATE TRIGGER IF NOT EXISTS party_log_no_update BEFORE UPDATE ON party_log
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS party_log_no_delete BEFORE DELETE ON party_log
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
`

/** What a party did as a provider. Ids, digests and codes only: never a subject, never a record. */
export interface PartyLogEvent {
  readonly inquirer: string
  readonly class: string
  readonly epoch: number
  readonly sessionId: Uint8Array
  readonly intentId: Uint8Array | null
  readonly requestDigest: Uint8Array | null
  readonly code: string | null
}

/** A row of the log as read back. */
export interface PartyLogEntry extends PartyLogEvent {
  readonly sequence: number
  readonly at: number
  readonly event: 'asked' | 'answered' | 'refused'
}

/**
 * The provider's own append-only log. That an evaluation is asked is durable before the key is used; what came of it
 * survives the end of the process at once, and a power failure from the next question on. So an evaluation costs one
 * sync.
 */
export class PartyLog implements Disposable {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = openDatabase(file, SCHEMA)
  }

  /** Records that an evaluation is about to be made. @throws ERR_INTENT_REPLAYED for a second one of (intent, class) */
  asked(event: PartyLogEvent): void {
    try {
      this.#insert('asked', event)
    } catch (cause) {
      if (!String(cause).includes('UNIQUE constraint failed')) throw cause
      fail('ERR_INTENT_REPLAYED', `the intent was used here for class ${event.class} before`)
    }
  }

  answered(event: PartyLogEvent): void {
    this.#withoutSync(() => this.#insert('answered', event))
  }

  refused(event: PartyLogEvent): void {
    this.#withoutSync(() => this.#insert('refused', event))
  }

  entries(): PartyLogEntry[] {
    const rows = this.#database.prepare('SELECT * FROM party_log ORDER BY sequence').all()
    return rows.map(row => ({
      sequence: Number(row['sequence']),
      at: Number(row['at']),
      event: row['event'] as PartyLogEntry['event'],
      inquirer: String(row['inquirer']),
      class: String(row['class']),
      epoch: Number(row['epoch']),
      sessionId: row['session_id'] as Uint8Array,
      intentId: row['intent_id'] as Uint8Array | null,
      requestDigest: row['request_digest'] as Uint8Array | null,
      code: row['code'] as string | null,
    }))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  /** Written to the log file in order, and synced with the next write that is: https://sqlite.org/wal.html */
  #withoutSync(write: () => void): void {
    this.#database.exec('PRAGMA synchronous = NORMAL')
    try {
      write()
    } finally {
      this.#database.exec('PRAGMA synchronous = FULL')
    }
  }

  #insert(event: PartyLogEntry['event'], details: PartyLogEvent): void {
    this.#database
      .prepare(
        `INSERT INTO party_log (at, event, inquirer, class, epoch, session_id, intent_id, request_digest, code)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        Date.now(),
        event,
        details.inquirer,
        details.class,
        details.epoch,
        details.sessionId,
        details.intentId,
        details.requestDigest,
        details.code,
      )
  }
}
