import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { durabilityPoint } from '@mixun/core/durability'
import { type ErrorCode, fail, MixunError, mixunError } from '@mixun/core/errors'
import { MAX_EVALUATIONS_PER_KEY } from '@mixun/ot/oprf'
import { intl, type Suite } from '@mixun/core/suite'
import type { PartyLogEntry, PartyLogEvent } from './party-log-entry.ts'
import { PARTY_LOG_SCHEMA } from './party-log-schema.ts'
import { type PartyLogHead, PartyLogTree } from './party-log-tree.ts'
import { FillIns } from './fill-ins.ts'
import { UnseenReceipts } from './unseen-receipts.ts'
import { withoutSync } from './without-sync.ts'
import { openDatabase, transaction } from '@mixun/sdk/home'

/** How often the row of one inquiry and class is opened to its inquirer: some for lines that are cut. */
const MAX_ROW_OPENINGS = 4

/** An evaluation that is about to be made, or that was sent. */
export interface QuestionEvent {
  readonly event: 'asked' | 'answered'
  readonly details: PartyLogEvent
  /** Of the intent that is asked about, to be found on record later. */
  readonly receipt: Uint8Array | null
  /** Of an intent that was bought in advance: the entry that its inquirer signed, encoded. */
  readonly fillIn: Uint8Array | null
}

/**
 * The provider's own append-only log. That an evaluation is asked is durable before the key is used; what came of it
 * survives the end of the process at once, and a power failure from the next question on. So an evaluation costs one
 * sync.
 */
export class PartyLog implements Disposable {
  readonly #database: DatabaseSync
  readonly #maxEvaluations: number
  readonly tree: PartyLogTree
  readonly receipts: UnseenReceipts
  readonly fillIns: FillIns
  readonly #keyUse: StatementSync
  readonly #add: StatementSync
  readonly #closed: StatementSync

  /**
   * @param maxEvaluations of one key, that is of one class and epoch
   * @param suite its hash makes the tree
   */
  constructor(file: string, maxEvaluations = MAX_EVALUATIONS_PER_KEY, suite: Suite = intl) {
    this.#maxEvaluations = maxEvaluations
    this.#database = openDatabase(file, PARTY_LOG_SCHEMA)
    requireVersion(this.#database)
    this.#keyUse = this.#database.prepare('SELECT evaluations FROM key_use WHERE class = ? AND epoch = ?')
    this.#add = this.#database.prepare(
      `INSERT INTO party_log (at, event, inquirer, class, epoch, session_id, intent_id, request_digest, code)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#closed = this.#database.prepare('SELECT code FROM closed WHERE intent_id = ? AND class = ?')
    this.tree = new PartyLogTree(this.#database, suite)
    this.receipts = new UnseenReceipts(this.#database)
    this.fillIns = new FillIns(this.#database)
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
    const [error] = this.record([{ event: 'asked', details: event, receipt, fillIn }])
    if (error !== undefined) throw error
  }

  /**
   * Records several events in one transaction, with one sync when an evaluation is about to be made.
   *
   * @returns for each undefined, or why it was not recorded, as {@link PartyLog.asked}; the others are
   * @throws when none was recorded: ERR_DISK_FULL
   */
  record(questions: readonly QuestionEvent[]): (MixunError | undefined)[] {
    const write = () =>
      transaction(this.#database, () => questions.map(question => this.#tryRecord(question)))
    return questions.some(({ event }) => event === 'asked') ? write() : withoutSync(this.#database, write)
  }

  /**
   * Records that the row of an inquiry is about to be opened to its inquirer. One that then fails counts too.
   *
   * @throws ERR_ROW_OPENING_REFUSED unless an evaluation for the intent and class was logged, ERR_LIMIT_ROW_OPENINGS,
   * ERR_LIMIT_KEY_USE
   */
  rowOpened(event: PartyLogEvent & { readonly intentId: Uint8Array }): void {
    const { inquirer, class: className, epoch, intentId } = event
    transaction(this.#database, () => {
      const asked = this.#database
        .prepare(
          "SELECT 1 FROM party_log WHERE event = 'asked' AND intent_id = ? AND class = ? AND epoch = ? AND inquirer = ?",
        )
        .get(intentId, className, epoch, inquirer)
      if (asked === undefined) {
        fail('ERR_ROW_OPENING_REFUSED', 'expected an inquiry of this peer that was evaluated here')
      }
      if (this.#openings(intentId, className) >= MAX_ROW_OPENINGS) {
        fail('ERR_LIMIT_ROW_OPENINGS', `the row was opened ${MAX_ROW_OPENINGS} times`)
      }
      this.#checkKeyUse(event)
      this.#insert('opened', event)
    })
  }

  answered(event: PartyLogEvent): void {
    this.record([{ event: 'answered', details: event, receipt: null, fillIn: null }])
  }

  refused(event: PartyLogEvent): void {
    withoutSync(this.#database, () => transaction(this.#database, () => this.#insert('refused', event)))
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

  /**
   * Recomputes the tree from the entries and compares it with the file and with the head on the ledger.
   *
   * @throws ERR_PARTY_LOG
   */
  verify(anchored: PartyLogHead | null): void {
    this.tree.verify(this.entries(), anchored)
  }

  /** Whether the log still has the entries that are anchored on the ledger, by its tree; see {@link PartyLog.verify}. */
  continues({ size, root }: PartyLogHead): boolean {
    return size <= this.tree.size && compareBytes(this.tree.headAt(size).root, root) === 0
  }

  /** @throws ERR_PARTY_LOG unless the log {@link PartyLog.continues} what is anchored */
  requireContinues(anchored: PartyLogHead): void {
    if (this.continues(anchored)) return
    const { size } = anchored
    fail('ERR_PARTY_LOG', `expected the ${size} entries that are anchored on the ledger`, {
      details: { anchoredSize: size, size: this.tree.size },
    })
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

  /** Makes durable what was written without a sync: before anybody is told of the head. */
  sync(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    durabilityPoint('log/synced', this.#database.location() ?? '')
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  /** What refuses one event leaves the transaction to the others: it is found before a row is written, or by the row. */
  #tryRecord({ event, details, receipt, fillIn }: QuestionEvent): MixunError | undefined {
    const { intentId, class: className } = details
    try {
      if (event === 'asked') {
        this.requireOpen(intentId, className)
        this.#checkKeyUse(details)
        if (fillIn !== null && intentId !== null) this.fillIns.requireSame(intentId, fillIn)
      }
      this.#insert(event, details)
      if (receipt !== null && intentId !== null) this.receipts.keep({ intentId, receipt })
      if (fillIn !== null && intentId !== null) this.fillIns.keep(intentId, fillIn)
      return undefined
    } catch (cause) {
      if (cause instanceof MixunError) return cause
      if (!String(cause).includes('UNIQUE constraint failed: party_log.intent_id')) throw cause
      return mixunError('ERR_INTENT_REPLAYED', `the intent was used here for class ${className} before`)
    }
  }

  #closedWith(intentId: Uint8Array, className: string): ErrorCode | null {
    const row = this.#closed.get(intentId, className)
    return row === undefined ? null : (row['code'] as ErrorCode)
  }

  #openings(intentId: Uint8Array, className: string): number {
    const sql =
      "SELECT count(*) AS count FROM party_log WHERE event = 'opened' AND intent_id = ? AND class = ?"
    return Number(this.#database.prepare(sql).get(intentId, className)?.['count'])
  }

  #checkKeyUse({ class: className, epoch }: PartyLogEvent): void {
    const used = this.#keyUse.get(className, epoch)
    if (used !== undefined && Number(used['evaluations']) >= this.#maxEvaluations) {
      fail('ERR_LIMIT_KEY_USE', `the key of class ${className}, epoch ${epoch} has made all its evaluations`)
    }
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

/** @throws ERR_HOME_INVALID for a log whose openings of rows stood apart from its tree */
function requireVersion(database: DatabaseSync): void {
  const table = database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'party_log'").get()
  if (String(table?.['sql']).includes("'opened'")) return
  database.close()
  fail('ERR_HOME_INVALID', 'party-log.db: expected a party log of this version, found an earlier one')
}
