import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { fail } from '@mixun/core/errors'
import type { SubtreeSource } from '@mixun/core/merkle'
import type { PointsEvent, PointsEventKind } from '../points/journal.ts'
import type { EntryRow } from './entry-row.ts'
import { PendingRows } from './pending-rows.ts'
import { PurchaseRows } from './purchase-rows.ts'
import { IS_OF_STATE, IS_TIMED_EXACTLY } from './schema.ts'

/** The newest checkpoint that a member cosigned, with its cosignature. */
export interface CosignatureRow {
  readonly party: string
  /** Of the tree. */
  readonly size: number
  readonly note: string
}

/** Balances and counts of the budgets after the first `size` entries, as JSON, bound to the root of those entries. */
export interface SnapshotRow {
  readonly size: number
  readonly root: Uint8Array
  readonly balances: string
  readonly counts: string
}

/** Id, time, party, kind, amount and reference of a points event. */
export type JournalRow = readonly [string, number, string, string, number, string]

type Row = Record<string, SQLOutputValue>

const ENTRY_COLUMNS = 'position, bytes, sequenced_at, receipt_signature'
const EVENT_COLUMNS = 'id, at, party, kind, amount, reference'

/** The rows of a ledger file, without any rule: entries, tree nodes, points events, receipts, checkpoints. */
export class EntryStore implements SubtreeSource {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  readonly #pending: PendingRows
  /** Intents that were bought in advance. */
  readonly purchases: PurchaseRows

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#pending = new PendingRows(database)
    this.purchases = new PurchaseRows(database)
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
    return Number(this.#get('SELECT coalesce(max(position) + 1, 0) AS size FROM entries')?.['size'])
  }

  entry(index: number): EntryRow | undefined {
    const pending = this.#pending.entry(index)
    if (pending !== undefined) return pending
    const row = this.#get(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE position = ?`, index)
    return row && entryRow(row)
  }

  entryById(id: Uint8Array): EntryRow | undefined {
    const pending = this.#pending.entryById(id)
    if (pending !== undefined) return pending
    const row = this.#get(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE id = ?`, id)
    return row && entryRow(row)
  }

  entries(from: number, limit: number): EntryRow[] {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE position >= ? ORDER BY position LIMIT ?`
    return this.#all(sql, from, limit).map(entryRow)
  }

  /** Entries from index `from` on that are taken into memory, in order. */
  stateEntries(from: number): EntryRow[] {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE ${IS_OF_STATE} AND position >= ? ORDER BY position`
    return this.#all(sql, from).map(entryRow)
  }

  /** Intents from index `from` on, in order. */
  intentEntries(from: number): EntryRow[] {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE kind = 'intent' AND position >= ? ORDER BY position`
    return this.#all(sql, from).map(entryRow)
  }

  /** The newest time on file that entries were sequenced at; 0 before the first. See `checkSequence`. */
  newestTime(): number {
    // Those of either sort never go back, so the last of each will do.
    const last = 'SELECT sequenced_at FROM entries'
    const any = this.#get(`${last} ORDER BY position DESC LIMIT 1`)
    const exact = this.#get(`${last} WHERE ${IS_TIMED_EXACTLY} ORDER BY position DESC LIMIT 1`)
    return Math.max(Number(any?.['sequenced_at'] ?? 0), Number(exact?.['sequenced_at'] ?? 0))
  }

  /** What an entry is filed as. */
  kindOf(index: number): string {
    return String(this.#get('SELECT kind FROM entries WHERE position = ?', index)?.['kind'])
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
    const row = this.#get('SELECT bytes FROM intent_receipts WHERE position = ?', index)
    return row ? (row['bytes'] as Uint8Array) : null
  }

  insertIntentReceipt(index: number, bytes: Uint8Array): void {
    this.#pending.addIntentReceipt(index, bytes)
  }

  /** The events of one entry. */
  events(index: number): PointsEvent[] {
    return this.#all(`SELECT ${EVENT_COLUMNS} FROM points WHERE position = ? ORDER BY sequence`, index).map(
      pointsEvent,
    )
  }

  /** Calls `take` with the events of all entries from index `from` on, in order. */
  eachEvent(from: number, take: (event: PointsEvent) => void): void {
    const sql = `SELECT ${EVENT_COLUMNS} FROM points WHERE position >= ? ORDER BY sequence`
    for (const row of this.#statement(sql).iterate(from)) take(pointsEvent(row as Row))
  }

  /** The journal, of one party or of all. */
  journal(party: string | null): PointsEvent[] {
    const sql = `SELECT ${EVENT_COLUMNS} FROM points WHERE ?1 IS NULL OR party = ?1 ORDER BY sequence`
    return this.#all(sql, party).map(pointsEvent)
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
    return Number(this.#get(sql, party, index)?.['held'])
  }

  insertEvent(index: number, event: PointsEvent): void {
    this.#pending.addEvent(index, event)
  }

  /** @throws ERR_LEDGER_CORRUPT when the node is not on file */
  subtree(level: number, index: number): Uint8Array {
    const pending = this.#pending.node(nodeNumber(level, index))
    if (pending !== undefined) return pending
    const row = this.#get('SELECT hash FROM nodes WHERE number = ?', nodeNumber(level, index))
    if (row === undefined) return fail('ERR_LEDGER_CORRUPT', `tree node ${level}/${index} is not on file`)
    return row['hash'] as Uint8Array
  }

  /** Adds a tree node; on file with {@link EntryStore.flush}, and found here before it. */
  insertNode(level: number, index: number, hash: Uint8Array): void {
    this.#pending.addNode(nodeNumber(level, index), hash)
  }

  /** Number of tree nodes on file. */
  nodeCount(): number {
    return Number(this.#get('SELECT count(*) AS count FROM nodes')?.['count'])
  }

  /** Whether the journal has `count` events, numbered from 1 in the order of their entries. */
  isJournalInOrder(count: number): boolean {
    const sql = `SELECT count(*) AS count, sum(sequence <> expected) AS moved FROM
      (SELECT sequence, row_number() OVER (ORDER BY position, sequence) AS expected FROM points)`
    const row = this.#get(sql)
    return row?.['count'] === count && Number(row['moved']) === 0
  }

  /** All checkpoints, by ascending size. */
  checkpoints(): { size: number; text: string }[] {
    return this.#all('SELECT size, text FROM checkpoints ORDER BY size').map(checkpointRow)
  }

  lastCheckpoint(): string | null {
    const row = this.#get('SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1')
    return row ? String(row['text']) : null
  }

  insertCheckpoint(size: number, text: string): void {
    this.#run('INSERT INTO checkpoints (size, text) VALUES (?, ?)', size, text)
  }

  /** Signed checkpoints that are larger than the tree, by ascending size. */
  ahead(): { size: number; text: string }[] {
    return this.#all('SELECT size, text FROM ahead ORDER BY size').map(checkpointRow)
  }

  insertAhead(size: number, text: string): void {
    this.#run('INSERT INTO ahead (size, text) VALUES (?, ?) ON CONFLICT DO NOTHING', size, text)
  }

  /** Forgets those of at most this size. */
  deleteAhead(size: number): void {
    this.#run('DELETE FROM ahead WHERE size <= ?', size)
  }

  consentRow(id: Uint8Array): { position: number; uses: number; withdrawn: number | null } | undefined {
    const row = this.#get('SELECT position, uses, withdrawn FROM consents WHERE id = ?', id)
    const withdrawn = row?.['withdrawn'] ?? null
    return (
      row && {
        position: Number(row['position']),
        uses: Number(row['uses']),
        withdrawn: withdrawn === null ? null : Number(withdrawn),
      }
    )
  }

  intentRow(
    id: Uint8Array,
  ): { position: number; outcome: number | null; consent: Uint8Array | null } | undefined {
    const row = this.#get('SELECT position, outcome, consent FROM intents WHERE id = ?', id)
    const outcome = row?.['outcome'] ?? null
    return (
      row && {
        position: Number(row['position']),
        outcome: outcome === null ? null : Number(outcome),
        consent: row['consent'] as Uint8Array | null,
      }
    )
  }

  insertConsent(id: Uint8Array, index: number): void {
    this.#run('INSERT INTO consents (id, position, uses, withdrawn) VALUES (?, ?, 0, NULL)', id, index)
  }

  useConsent(id: Uint8Array): void {
    this.#run('UPDATE consents SET uses = uses + 1 WHERE id = ?', id)
  }

  setWithdrawn(id: Uint8Array, index: number): void {
    this.#run('UPDATE consents SET withdrawn = ? WHERE id = ?', index, id)
  }

  insertIntent(id: Uint8Array, index: number, consent: Uint8Array | null): void {
    this.#run(
      'INSERT INTO intents (id, position, outcome, consent) VALUES (?, ?, NULL, ?)',
      id,
      index,
      consent,
    )
  }

  /** Ids of the intents that name a consent, in the order of the ledger. */
  intentsUnder(consent: Uint8Array): Uint8Array[] {
    const sql = 'SELECT id FROM intents WHERE consent IS NOT NULL AND consent = ? ORDER BY position'
    return this.#all(sql, consent).map(row => row['id'] as Uint8Array)
  }

  endedAt(id: Uint8Array): number | undefined {
    const row = this.#get('SELECT position FROM ended WHERE id = ?', id)
    return row && Number(row['position'])
  }

  insertEnded(id: Uint8Array, index: number): void {
    this.#run('INSERT INTO ended (id, position) VALUES (?, ?) ON CONFLICT DO NOTHING', id, index)
  }

  /** Intents that were ended, for counting them against the entries. */
  endedCount(): number {
    return Number(this.#get('SELECT count(*) AS count FROM ended')?.['count'])
  }

  /** Whether any entry is one that the owner of the file cannot read. */
  hasUnread(): boolean {
    return this.#get("SELECT 1 FROM entries WHERE kind = 'sealed' LIMIT 1") !== undefined
  }

  setOutcome(id: Uint8Array, index: number): void {
    this.#run('UPDATE intents SET outcome = ? WHERE id = ?', index, id)
  }

  /** Consents and intents on file, for counting them against the entries. */
  inquiryRowCount(): number {
    const sql = 'SELECT (SELECT count(*) FROM consents) + (SELECT count(*) FROM intents) AS count'
    return Number(this.#get(sql)?.['count'])
  }

  snapshot(): SnapshotRow | null {
    const row = this.#get('SELECT size, root, balances, counts FROM snapshot')
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
    this.#run(sql, size, root, balances, counts)
  }

  /** The newest cosigned checkpoint of every member, by ascending size. */
  cosignatures(): CosignatureRow[] {
    return this.#all('SELECT party, size, note FROM cosignatures ORDER BY size, party').map(row => ({
      party: String(row['party']),
      size: Number(row['size']),
      note: String(row['note']),
    }))
  }

  /** Replaces the member's cosigned checkpoint of a smaller tree. */
  putCosignature({ party, size, note }: CosignatureRow): void {
    const sql = `INSERT INTO cosignatures (party, size, note) VALUES (?, ?, ?)
      ON CONFLICT (party) DO UPDATE SET size = excluded.size, note = excluded.note`
    this.#run(sql, party, size, note)
  }

  #get(sql: string, ...values: (string | number | null | Uint8Array)[]): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  #all(sql: string, ...values: (string | number | null | Uint8Array)[]): Row[] {
    return this.#statement(sql).all(...values)
  }

  #run(sql: string, ...values: (string | number | null | Uint8Array)[]): void {
    this.#statement(sql).run(...values)
  }

  #statement(sql: string): ReturnType<DatabaseSync['prepare']> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
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

function checkpointRow(row: Row): { size: number; text: string } {
  return { size: Number(row['size']), text: String(row['text']) }
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
