import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { fail } from '@mixun/core/errors'
import { MAX_EVALUATIONS_PER_KEY } from '@mixun/ot/oprf'
import { openDatabase, transaction } from '@mixun/sdk/home'

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
CREATE TABLE IF NOT EXISTS row_openings (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  inquirer TEXT NOT NULL,
  class TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  session_id BLOB NOT NULL,
  intent_id BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS key_use (
  class TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  evaluations INTEGER NOT NULL,
  PRIMARY KEY (class, epoch)
) STRICT, WITHOUT ROWID;
INSERT INTO key_use
  SELECT class, epoch, count(*) FROM party_log
  WHERE event = 'asked' AND NOT EXISTS (SELECT 1 FROM key_use) GROUP BY class, epoch;
CREATE TRIGGER IF NOT EXISTS party_log_count AFTER INSERT ON party_log WHEN NEW.event = 'asked'
  BEGIN
    INSERT INTO key_use VALUES (NEW.class, NEW.epoch, 1)
      ON CONFLICT (class, epoch) DO UPDATE SET evaluations = evaluations + 1;
  END;
CREATE TRIGGER IF NOT EXISTS row_openings_count AFTER INSERT ON row_openings
  BEGIN
    INSERT INTO key_use VALUES (NEW.class, NEW.epoch, 1)
      ON CONFLICT (class, epoch) DO UPDATE SET evaluations = evaluations + 1;
  END;
CREATE TRIGGER IF NOT EXISTS row_openings_no_update BEFORE UPDATE ON row_openings
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS row_openings_no_delete BEFORE DELETE ON row_openings
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
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
  readonly #maxEvaluations: number
  readonly #keyUse: StatementSync
  readonly #add: StatementSync

  /** @param maxEvaluations of one key, that is of one class and epoch */
  constructor(file: string, maxEvaluations = MAX_EVALUATIONS_PER_KEY) {
    this.#maxEvaluations = maxEvaluations
    this.#database = openDatabase(file, SCHEMA)
    this.#keyUse = this.#database.prepare('SELECT evaluations FROM key_use WHERE class = ? AND epoch = ?')
    this.#add = this.#database.prepare(
      `INSERT INTO party_log (at, event, inquirer, class, epoch, session_id, intent_id, request_digest, code)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
  }

  /**
   * Records that an evaluation is about to be made. One that then fails counts too.
   *
   * @throws ERR_INTENT_REPLAYED for a second one of (intent, class), ERR_LIMIT_KEY_USE when the key of this class and
   * epoch has made as many as a key may
   */
  asked(event: PartyLogEvent): void {
    try {
      transaction(this.#database, () => {
        this.#checkKeyUse(event)
        this.#insert('asked', event)
      })
    } catch (cause) {
      if (!String(cause).includes('UNIQUE constraint failed')) throw cause
      fail('ERR_INTENT_REPLAYED', `the intent was used here for class ${event.class} before`)
    }
  }

  /**
   * Records that the row of an inquiry is about to be opened to its inquirer.
   *
   * @throws ERR_ROW_OPENING_REFUSED unless an evaluation for the intent and class was logged, ERR_LIMIT_KEY_USE
   */
  rowOpened(event: PartyLogEvent & { readonly intentId: Uint8Array }): void {
    const { inquirer, class: className, epoch, sessionId, intentId } = event
    transaction(this.#database, () => {
      const asked = this.#database
        .prepare(
          "SELECT 1 FROM party_log WHERE event = 'asked' AND intent_id = ? AND class = ? AND epoch = ? AND inquirer = ?",
        )
        .get(intentId, className, epoch, inquirer)
      if (asked === undefined) {
        fail('ERR_ROW_OPENING_REFUSED', 'expected an inquiry of this peer that was evaluated here')
      }
      this.#checkKeyUse(event)
      this.#database
        .prepare(
          'INSERT INTO row_openings (at, inquirer, class, epoch, session_id, intent_id) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(Date.now(), inquirer, className, epoch, sessionId, intentId)
    })
  }

  answered(event: PartyLogEvent): void {
    this.#withoutSync(() => this.#insert('answered', event))
  }

  refused(event: PartyLogEvent): void {
    this.#withoutSync(() => this.#insert('refused', event))
  }

  /** Which inquiries' rows were opened to whom. */
  rowOpenings(): { readonly inquirer: string; readonly class: string; readonly intentId: Uint8Array }[] {
    const rows = this.#database.prepare('SELECT * FROM row_openings ORDER BY sequence').all()
    return rows.map(row => ({
      inquirer: String(row['inquirer']),
      class: String(row['class']),
      intentId: row['intent_id'] as Uint8Array,
    }))
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

  #checkKeyUse({ class: className, epoch }: PartyLogEvent): void {
    const used = this.#keyUse.get(className, epoch)
    if (used !== undefined && Number(used['evaluations']) >= this.#maxEvaluations) {
      fail('ERR_LIMIT_KEY_USE', `the key of class ${className}, epoch ${epoch} has made all its evaluations`)
    }
  }

  #insert(event: PartyLogEntry['event'], details: PartyLogEvent): void {
    this.#add.run(
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
