import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { type ErrorCode, fail } from '@mixun/core/errors'
import { MAX_EVALUATIONS_PER_KEY } from '@mixun/ot/oprf'
import { intl, type Suite } from '@mixun/core/suite'
import type { PartyLogEntry, PartyLogEvent } from './party-log-entry.ts'
import { type PartyLogHead, PartyLogTree, TREE_SCHEMA } from './party-log-tree.ts'
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
CREATE TABLE IF NOT EXISTS intent_receipts (
  intent_id BLOB PRIMARY KEY,
  receipt BLOB NOT NULL,
  code TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fill_ins (
  -- The signed entry with which an intent that was bought in advance was used here first.
  intent_id BLOB PRIMARY KEY,
  entry BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS closed (
  intent_id BLOB NOT NULL,
  class TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (intent_id, class)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS party_log_no_update BEFORE UPDATE ON party_log
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS party_log_no_delete BEFORE DELETE ON party_log
  BEGIN SELECT RAISE(ABORT, 'the party log is append-only'); END;
${TREE_SCHEMA}`

/**
 * The provider's own append-only log. That an evaluation is asked is durable before the key is used; what came of it
 * survives the end of the process at once, and a power failure from the next question on. So an evaluation costs one
 * sync.
 */
export class PartyLog implements Disposable {
  readonly #database: DatabaseSync
  readonly #maxEvaluations: number
  readonly tree: PartyLogTree
  readonly #keyUse: StatementSync
  readonly #add: StatementSync

  /**
   * @param maxEvaluations of one key, that is of one class and epoch
   * @param suite its hash makes the tree
   */
  constructor(file: string, maxEvaluations = MAX_EVALUATIONS_PER_KEY, suite: Suite = intl) {
    this.#maxEvaluations = maxEvaluations
    this.#database = openDatabase(file, SCHEMA)
    this.#keyUse = this.#database.prepare('SELECT evaluations FROM key_use WHERE class = ? AND epoch = ?')
    this.#add = this.#database.prepare(
      `INSERT INTO party_log (at, event, inquirer, class, epoch, session_id, intent_id, request_digest, code)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.tree = new PartyLogTree(this.#database, suite)
    // A log of before the tree.
    transaction(this.#database, () => {
      for (const entry of this.entries(this.tree.size)) this.tree.append(entry)
    })
  }

  /**
   * Records that an evaluation is about to be made. One that then fails counts too.
   *
   * @param receipt of the intent, to be found on record later
   * @param fillIn of an intent that was bought in advance: the entry that its inquirer signed, encoded
   * @throws ERR_INTENT_REPLAYED for a second one of (intent, class), ERR_INTENT_USED, ERR_LIMIT_KEY_USE when the key of this class and
   * epoch has made as many as a key may, and the code with which the question was closed
   */
  asked(event: PartyLogEvent, receipt: Uint8Array | null = null, fillIn: Uint8Array | null = null): void {
    try {
      transaction(this.#database, () => {
        this.requireOpen(event.intentId, event.class)
        this.#checkKeyUse(event)
        this.#insert('asked', event)
        if (fillIn !== null && event.intentId !== null) this.#keepFillIn(event.intentId, fillIn)
        if (receipt !== null && event.intentId !== null) this.#keepReceipt(event.intentId, receipt)
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
    this.#withoutSync(() => transaction(this.#database, () => this.#insert('answered', event)))
  }

  refused(event: PartyLogEvent): void {
    this.#withoutSync(() => transaction(this.#database, () => this.#insert('refused', event)))
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

  /**
   * Closes a question for good, durably, before a refusal of it is signed that gives points back: a party never
   * refuses so and evaluates too.
   *
   * @returns the code that it is closed with, the earlier one if there is; null when an evaluation was made or begun
   */
  close(intentId: Uint8Array, className: string, code: ErrorCode): ErrorCode | null {
    return transaction(this.#database, () => {
      if (this.isAsked(intentId, className)) return null
      this.#database
        .prepare('INSERT INTO closed VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
        .run(intentId, className, code)
      return this.#closedWith(intentId, className) as ErrorCode
    })
  }

  /** Whether an evaluation of this question was made, or begun. */
  isAsked(intentId: Uint8Array, className: string): boolean {
    const sql = "SELECT 1 FROM party_log WHERE event = 'asked' AND intent_id = ? AND class = ?"
    return this.#database.prepare(sql).get(intentId, className) !== undefined
  }

  /** @throws the code with which the question was closed */
  requireOpen(intentId: Uint8Array | null, className: string): void {
    const code = intentId === null ? null : this.#closedWith(intentId, className)
    if (code !== null) fail(code, 'the question was refused before, and stays so')
  }

  /** How an intent that was bought in advance was used here first; null when it was not. */
  fillIn(intentId: Uint8Array): Uint8Array | null {
    const row = this.#database.prepare('SELECT entry FROM fill_ins WHERE intent_id = ?').get(intentId)
    return row === undefined ? null : (row['entry'] as Uint8Array)
  }

  /** @throws ERR_INTENT_USED when the intent was used here with another fill-in */
  requireSameFillIn(intentId: Uint8Array, entry: Uint8Array): void {
    const first = this.fillIn(intentId)
    if (first !== null && compareBytes(first, entry) !== 0) {
      fail('ERR_INTENT_USED', 'the intent was used here with another fill-in')
    }
  }

  /** Receipts of intents that were answered and not found on the ledger so far. */
  unseenReceipts(): { readonly intentId: Uint8Array; readonly receipt: Uint8Array }[] {
    const sql = 'SELECT intent_id, receipt FROM intent_receipts WHERE code IS NULL'
    return this.#database
      .prepare(sql)
      .all()
      .map(row => ({ intentId: row['intent_id'] as Uint8Array, receipt: row['receipt'] as Uint8Array }))
  }

  /** The intent is on the ledger where its receipt says. */
  seen(intentId: Uint8Array): void {
    this.#withoutSync(() =>
      this.#database.prepare('DELETE FROM intent_receipts WHERE intent_id = ?').run(intentId),
    )
  }

  /** The intent is not where its receipt says; kept for {@link PartyLog.alarms}. */
  alarmed(intentId: Uint8Array, code: ErrorCode): void {
    this.#database.prepare('UPDATE intent_receipts SET code = ? WHERE intent_id = ?').run(code, intentId)
  }

  /** Answered intents that the ledger does not hold. */
  alarms(): { readonly intentId: Uint8Array; readonly receipt: Uint8Array; readonly code: string }[] {
    const rows = this.#database.prepare('SELECT * FROM intent_receipts WHERE code IS NOT NULL').all()
    return rows.map(row => ({
      intentId: row['intent_id'] as Uint8Array,
      receipt: row['receipt'] as Uint8Array,
      code: String(row['code']),
    }))
  }

  /**
   * Recomputes the tree from the entries and compares it with the file and with the head on the ledger.
   *
   * @throws ERR_PARTY_LOG
   */
  verify(anchored: PartyLogHead | null): void {
    this.tree.verify(this.entries(), anchored)
  }

  /** @param after entries up to this sequence number are left out */
  entries(after = 0): PartyLogEntry[] {
    const rows = this.#database
      .prepare('SELECT * FROM party_log WHERE sequence > ? ORDER BY sequence')
      .all(after)
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

  #closedWith(intentId: Uint8Array, className: string): ErrorCode | null {
    const sql = 'SELECT code FROM closed WHERE intent_id = ? AND class = ?'
    const row = this.#database.prepare(sql).get(intentId, className)
    return row === undefined ? null : (row['code'] as ErrorCode)
  }

  #checkKeyUse({ class: className, epoch }: PartyLogEvent): void {
    const used = this.#keyUse.get(className, epoch)
    if (used !== undefined && Number(used['evaluations']) >= this.#maxEvaluations) {
      fail('ERR_LIMIT_KEY_USE', `the key of class ${className}, epoch ${epoch} has made all its evaluations`)
    }
  }

  #keepFillIn(intentId: Uint8Array, entry: Uint8Array): void {
    this.requireSameFillIn(intentId, entry)
    this.#database.prepare('INSERT INTO fill_ins VALUES (?, ?) ON CONFLICT DO NOTHING').run(intentId, entry)
  }

  #keepReceipt(intentId: Uint8Array, receipt: Uint8Array): void {
    this.#database
      .prepare('INSERT INTO intent_receipts VALUES (?, ?, NULL) ON CONFLICT DO NOTHING')
      .run(intentId, receipt)
  }

  /** Row and leaf; in one transaction. */
  #insert(event: PartyLogEntry['event'], details: PartyLogEvent): void {
    const at = Date.now()
    const { lastInsertRowid } = this.#add.run(
      at,
      event,
      details.inquirer,
      details.class,
      details.epoch,
      details.sessionId,
      details.intentId,
      details.requestDigest,
      details.code,
    )
    this.tree.append({ ...details, sequence: Number(lastInsertRowid), at, event })
  }
}
