import type { DatabaseSync } from 'node:sqlite'
import { fail } from '@mixun/core/errors'
import type { SubtreeSource } from '@mixun/core/merkle'
import type { PointsEvent, PointsEventKind } from '../points/journal.ts'
import type { EntryRow } from './entry-row.ts'
import { InquiryRows } from './inquiry-rows.ts'
import { NoteRows } from './note-rows.ts'
import { PendingRows } from './pending-rows.ts'
import { PurchaseRows } from './purchase-rows.ts'
import { IS_OF_STATE, IS_TIMED_EXACTLY } from './schema.ts'
import { type Row, Statements } from './statements.ts'

/** Balances and counts of the budgets after the first `size` entries, as JSON, bound to the root of those entries. */
export interface SnapshotRow {
  readonly size: number
  readonly root: Uint8Array
  readonly balances: string
  readonly counts: string
}

/** Id, time, party, kind, amount and reference of a points event. */
export type JournalRow = readonly [string, number, string, string, number, string]

const ENTRY_COLUMNS = 'position, bytes, sequenced_at, receipt_signature'
const EVENT_COLUMNS = 'id, at, party, kind, amount, reference'

/** The rows of a ledger file, without any rule: entries, tree nodes, points events, receipts. */
export class EntryStore implements SubtreeSource {
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #pending: PendingRows
  /** Intents that were bought in advance. */
  readonly purchases: PurchaseRows
  /** Consents and intents, as far as they follow from the entries. */
  readonly inquiries: InquiryRows
  /** What was signed of the tree: checkpoints and cosignatures. */
  readonly notes: NoteRows

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = new Statements(database)
    this.#pending = new PendingRows(database)
    this.purchases = new PurchaseRows(database)
    this.inquiries = new InquiryRows(this.#statements)
    this.notes = new NoteRows(this.#statements)
  }

  /** Writes the rows of entries and nodes that wait; before the transaction commits. */
  flush(): void {
    this.#pending.flush()
  }

  /** Forgets the rows that wait: their transaction is undone. */
  discard(): void {
    this.#pending.clear()
  }

  /** Entries on file. */
  size(): number {
    return Number(
      this.#statements.get('SELECT coalesce(max(position) + 1, 0) AS size FROM entries')?.['size'],
    )
  }

  entry(index: number): EntryRow | undefined {
    const pending = this.#pending.entry(index)
    if (pending !== undefined) return pending
    const row = this.#statements.get(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE position = ?`, index)
    return row && entryRow(row)
  }

  entryById(id: Uint8Array): EntryRow | undefined {
    const pending = this.#pending.entryById(id)
    if (pending !== undefined) return pending
    const row = this.#statements.get(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE id = ?`, id)
    return row && entryRow(row)
  }

  entries(from: number, limit: number): EntryRow[] {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE position >= ? ORDER BY position LIMIT ?`
    return this.#statements.all(sql, from, limit).map(entryRow)
  }

  /** Entries from index `from` on that are taken into memory, in order. */
  stateEntries(from: number): EntryRow[] {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE ${IS_OF_STATE} AND position >= ? ORDER BY position`
    return this.#statements.all(sql, from).map(entryRow)
  }

  /** Intents from index `from` on, in order. */
  intentEntries(from: number): EntryRow[] {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE kind = 'intent' AND position >= ? ORDER BY position`
    return this.#statements.all(sql, from).map(entryRow)
  }

  /** The newest time on file that entries were sequenced at; 0 before the first. See `checkSequence`. */
  newestTime(): number {
    // Those of either sort never go back, so the last of each will do.
    const last = 'SELECT sequenced_at FROM entries'
    const any = this.#statements.get(`${last} ORDER BY position DESC LIMIT 1`)
    const exact = this.#statements.get(`${last} WHERE ${IS_TIMED_EXACTLY} ORDER BY position DESC LIMIT 1`)
    return Math.max(Number(any?.['sequenced_at'] ?? 0), Number(exact?.['sequenced_at'] ?? 0))
  }

  /** What an entry is filed as. */
  kindOf(index: number): string {
    return String(this.#statements.get('SELECT kind FROM entries WHERE position = ?', index)?.['kind'])
  }

  /** Adds an entry; on file with {@link EntryStore.flush}, and found here before it. */
  insertEntry(id: Uint8Array, kind: string, row: EntryRow): void {
    this.#pending.addEntry(id, kind, row)
  }

  /** Sets the receipt of an entry that waits for {@link EntryStore.flush}. */
  signEntry(index: number, receiptSignature: Uint8Array): void {
    this.#pending.signEntry(index, receiptSignature)
  }

  intentReceipt(index: number): Uint8Array | null {
    const pending = this.#pending.intentReceipt(index)
    if (pending !== undefined) return pending
    const row = this.#statements.get('SELECT bytes FROM intent_receipts WHERE position = ?', index)
    return row ? (row['bytes'] as Uint8Array) : null
  }

  insertIntentReceipt(index: number, bytes: Uint8Array): void {
    this.#pending.addIntentReceipt(index, bytes)
  }

  /** The events of one entry. */
  events(index: number): PointsEvent[] {
    return this.#statements
      .all(`SELECT ${EVENT_COLUMNS} FROM points WHERE position = ? ORDER BY sequence`, index)
      .map(pointsEvent)
  }

  /** Calls `take` with the events of all entries from index `from` on, in order. */
  eachEvent(from: number, take: (event: PointsEvent) => void): void {
    const sql = `SELECT ${EVENT_COLUMNS} FROM points WHERE position >= ? ORDER BY sequence`
    for (const row of this.#statements.prepared(sql).iterate(from)) take(pointsEvent(row as Row))
  }

  /** The journal, of one party or of all. */
  journal(party: string | null): PointsEvent[] {
    const sql = `SELECT ${EVENT_COLUMNS} FROM points WHERE ?1 IS NULL OR party = ?1 ORDER BY sequence`
    return this.#statements.all(sql, party).map(pointsEvent)
  }

  /** Every event, in order. */
  *journalRows(): Generator<JournalRow, undefined> {
    const statement = this.#database.prepare(`SELECT ${EVENT_COLUMNS} FROM points ORDER BY sequence`)
    statement.setReturnArrays(true)
    for (const row of statement.iterate()) yield row as unknown as JournalRow
  }

  /** Index, kind and bytes of every entry that points follow from, in order. */
  *pointsEntries(): Generator<[number, string, Uint8Array]> {
    const sql = `SELECT position, kind, bytes FROM entries WHERE kind NOT IN ('consent', 'consent-withdrawn')
      ORDER BY position`
    const statement = this.#database.prepare(sql)
    statement.setReturnArrays(true)
    for (const row of statement.iterate()) yield row as unknown as [number, string, Uint8Array]
  }

  /** Points that a party had earned and not spent after the entries up to `index`. */
  heldAt(party: string, index: number): number {
    const sql = `SELECT coalesce(sum(CASE WHEN kind IN ('grant', 'contribution') THEN amount
      WHEN kind IN ('settle', 'penalty') THEN -amount ELSE 0 END), 0) AS held
      FROM points WHERE party = ? AND position <= ?`
    return Number(this.#statements.get(sql, party, index)?.['held'])
  }

  insertEvent(index: number, event: PointsEvent): void {
    this.#pending.addEvent(index, event)
  }

  /** @throws ERR_LEDGER_CORRUPT when the node is not on file */
  subtree(level: number, index: number): Uint8Array {
    const pending = this.#pending.node(nodeNumber(level, index))
    if (pending !== undefined) return pending
    const row = this.#statements.get('SELECT hash FROM nodes WHERE number = ?', nodeNumber(level, index))
    if (row === undefined) return fail('ERR_LEDGER_CORRUPT', `tree node ${level}/${index} is not on file`)
    return row['hash'] as Uint8Array
  }

  /** Adds a tree node; on file with {@link EntryStore.flush}, and found here before it. */
  insertNode(level: number, index: number, hash: Uint8Array): void {
    this.#pending.addNode(nodeNumber(level, index), hash)
  }

  /** Number of tree nodes on file. */
  nodeCount(): number {
    return Number(this.#statements.get('SELECT count(*) AS count FROM nodes')?.['count'])
  }

  /** Whether the journal has `count` events, numbered from 1 in the order of their entries. */
  isJournalInOrder(count: number): boolean {
    const sql = `SELECT count(*) AS count, sum(sequence <> expected) AS moved FROM
      (SELECT sequence, row_number() OVER (ORDER BY position, sequence) AS expected FROM points)`
    const row = this.#statements.get(sql)
    return row?.['count'] === count && Number(row['moved']) === 0
  }

  /** Whether any entry is one that the owner of the file cannot read. */
  hasUnread(): boolean {
    return this.#statements.get("SELECT 1 FROM entries WHERE kind = 'sealed' LIMIT 1") !== undefined
  }

  snapshot(): SnapshotRow | null {
    const row = this.#statements.get('SELECT size, root, balances, counts FROM snapshot')
    if (row === undefined) return null
    return {
      size: Number(row['size']),
      root: row['root'] as Uint8Array,
      balances: String(row['balances']),
      counts: String(row['counts']),
    }
  }

  putSnapshot({ size, root, balances, counts }: SnapshotRow): void {
    const sql = `INSERT OR REPLACE INTO snapshot (singleton, size, root, balances, counts) VALUES (1, ?, ?, ?, ?)`
    this.#statements.run(sql, size, root, balances, counts)
  }
}

/** Numbers the nodes of the tree as an in-order walk does: leaf i is 2 i. */
function nodeNumber(level: number, index: number): number {
  return (2 * index + 1) * 2 ** level - 1
}

function entryRow(row: Row): EntryRow {
  return {
    index: Number(row['position']),
    bytes: row['bytes'] as Uint8Array,
    sequencedAt: Number(row['sequenced_at']),
    receiptSignature: row['receipt_signature'] as Uint8Array,
  }
}

function pointsEvent(row: Row): PointsEvent {
  return {
    id: String(row['id']),
    at: Number(row['at']),
    party: String(row['party']),
    kind: row['kind'] as PointsEventKind,
    amount: Number(row['amount']),
    reference: String(row['reference']),
  }
}
