import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '@mixun/core/bytes'
import type { PointsEvent } from '../points/journal.ts'
import type { EntryRow } from './entry-row.ts'

type Value = string | number | Uint8Array

interface PendingEntry {
  readonly id: Uint8Array
  readonly kind: string
  row: EntryRow
}

// Rows of one statement: a call costs as much as writing several rows.
const ENTRIES_AT_ONCE = 8
const NODES_AT_ONCE = 64
const OTHERS_AT_ONCE = 8

const ENTRIES = 'entries (id, kind, position, bytes, sequenced_at, receipt_signature)'
const EVENTS = 'points (position, id, at, party, kind, amount, reference)'

/** Rows of a transaction under way, which go to the file together, many in a statement. */
export class PendingRows {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  readonly #entries = new Map<number, PendingEntry>()
  readonly #indexById = new Map<string, number>()
  readonly #nodes = new Map<number, Uint8Array>()
  readonly #intentReceipts = new Map<number, Uint8Array>()
  readonly #events: Value[][] = []

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  entry(index: number): EntryRow | undefined {
    return this.#entries.get(index)?.row
  }

  entryById(id: Uint8Array): EntryRow | undefined {
    if (this.#entries.size === 0) return undefined
    const index = this.#indexById.get(toHex(id))
    return index === undefined ? undefined : this.entry(index)
  }

  intentReceipt(index: number): Uint8Array | undefined {
    return this.#intentReceipts.get(index)
  }

  node(number: number): Uint8Array | undefined {
    return this.#nodes.get(number)
  }

  addEntry(id: Uint8Array, kind: string, row: EntryRow): void {
    this.#entries.set(row.index, { id, kind, row })
    this.#indexById.set(toHex(id), row.index)
  }

  signEntry(index: number, receiptSignature: Uint8Array): void {
    const pending = this.#entries.get(index) as PendingEntry
    pending.row = { ...pending.row, receiptSignature }
  }

  addIntentReceipt(index: number, bytes: Uint8Array): void {
    this.#intentReceipts.set(index, bytes)
  }

  addEvent(index: number, { id, at, party, kind, amount, reference }: PointsEvent): void {
    this.#events.push([index, id, at, party, kind, amount, reference])
  }

  addNode(number: number, hash: Uint8Array): void {
    this.#nodes.set(number, hash)
  }

  flush(): void {
    const entries = [...this.#entries.values()].map(({ id, kind, row }): Value[] => {
      return [id, kind, row.index, row.bytes, row.sequencedAt, row.receiptSignature]
    })
    this.#insert(ENTRIES, entries, ENTRIES_AT_ONCE)
    this.#insert('intent_receipts (position, bytes)', [...this.#intentReceipts], OTHERS_AT_ONCE)
    this.#insert(EVENTS, this.#events, OTHERS_AT_ONCE)
    // In the order of the table, so that neighbours come to stand on one page.
    const nodes = [...this.#nodes].sort(([a], [b]) => a - b)
    this.#insert('nodes (number, hash)', nodes, NODES_AT_ONCE)
    this.clear()
  }

  clear(): void {
    this.#entries.clear()
    this.#indexById.clear()
    this.#nodes.clear()
    this.#intentReceipts.clear()
    this.#events.length = 0
  }

  #insert(table: string, rows: readonly (readonly Value[])[], atOnce: number): void {
    let from = 0
    for (; from + atOnce <= rows.length; from += atOnce) {
      this.#statement(table, atOnce, rows[from]?.length ?? 0).run(...rows.slice(from, from + atOnce).flat())
    }
    for (const row of rows.slice(from)) this.#statement(table, 1, row.length).run(...row)
  }

  #statement(table: string, rows: number, columns: number): ReturnType<DatabaseSync['prepare']> {
    const key = `${table} ${rows}`
    const known = this.#statements.get(key)
    if (known !== undefined) return known
    const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`
    const values = Array.from({ length: rows }, () => row).join(', ')
    const statement = this.#database.prepare(`INSERT INTO ${table} VALUES ${values}`)
    this.#statements.set(key, statement)
    return statement
  }
}
