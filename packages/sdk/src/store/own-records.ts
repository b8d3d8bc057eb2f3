import type { DatabaseSync } from 'node:sqlite'
import { toHex } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { openDatabase, transaction } from '../home/database.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS own_records (
  subject_index BLOB NOT NULL,
  class TEXT NOT NULL,
  sealed_payloads BLOB NOT NULL,
  PRIMARY KEY (subject_index, class)
) STRICT;
CREATE TABLE IF NOT EXISTS released (class TEXT PRIMARY KEY, source TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS unsettled (
  class TEXT NOT NULL,
  subject_index BLOB NOT NULL,
  PRIMARY KEY (class, subject_index)
) STRICT, WITHOUT ROWID;
`

/** What a subject has in one class of the firm's own published book, packed as in a sealed table. */
export interface OwnEntry {
  readonly subject: Uint8Array
  readonly payloads: readonly Uint8Array[]
}

/**
 * The firm's own published records, for its own inquiries: nobody is asked about them. Rewritten by `mixun publish`,
 * together with the sealed table of the same class, and kept in step by every delta, which is made from the difference.
 */
export class OwnRecords implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /** Replaces everything of one class. */
  replace(className: string, entries: Iterable<OwnEntry>): void {
    transaction(this.#database, () => {
      this.#database.prepare('DELETE FROM own_records WHERE class = ?').run(className)
      this.#database.prepare('DELETE FROM released WHERE class = ?').run(className)
      this.#database.prepare('DELETE FROM unsettled WHERE class = ?').run(className)
      this.#put(className, entries)
    })
  }

  /** Marks, durably, subjects that a delta is about to change: until {@link change}, nobody knows what the table has of them. */
  unsettle(className: string, subjects: readonly Uint8Array[]): void {
    transaction(this.#database, () => {
      this.#database.prepare('DELETE FROM released WHERE class = ?').run(className)
      const mark = this.#database.prepare('INSERT OR IGNORE INTO unsettled VALUES (?, ?)')
      for (const subject of subjects) mark.run(className, this.#vault.index('own-record', subject))
    })
  }

  /** Tells whether a delta was cut off that may have changed a subject; mostly there was none, and nothing is looked up. */
  unsettledIn(className: string): (subject: Uint8Array) => boolean {
    const marked = this.#database
      .prepare('SELECT subject_index FROM unsettled WHERE class = ?')
      .all(className)
    const indices = new Set(marked.map(row => toHex(row['subject_index'] as Uint8Array)))
    return subject => indices.size > 0 && indices.has(toHex(this.#vault.index('own-record', subject)))
  }

  /**
   * Takes in what a delta changed; an entry without payloads is withdrawn.
   *
   * @param source what the delta was made from, when everything in it went into the table
   */
  change(className: string, entries: readonly OwnEntry[], source: string | null): void {
    transaction(this.#database, () => {
      const remove = this.#database.prepare('DELETE FROM own_records WHERE subject_index = ? AND class = ?')
      const settle = this.#database.prepare('DELETE FROM unsettled WHERE subject_index = ? AND class = ?')
      for (const { subject } of entries) {
        const index = this.#vault.index('own-record', subject)
        remove.run(index, className)
        settle.run(index, className)
      }
      this.#put(
        className,
        entries.filter(({ payloads }) => payloads.length > 0),
      )
      this.#database.prepare('DELETE FROM released WHERE class = ?').run(className)
      if (source !== null) this.#database.prepare('INSERT INTO released VALUES (?, ?)').run(className, source)
    })
  }

  /** What the class was made from last, when all of it went into the table. */
  source(className: string): string | null {
    const row = this.#database.prepare('SELECT source FROM released WHERE class = ?').get(className)
    return row === undefined ? null : String(row['source'])
  }

  /** The packed records of `subject` in `className`; empty when there are none. */
  find(className: string, subject: Uint8Array): Uint8Array[] {
    const row = this.#database
      .prepare('SELECT sealed_payloads FROM own_records WHERE subject_index = ? AND class = ?')
      .get(this.#vault.index('own-record', subject), className)
    if (row === undefined) return []
    return unframePayloads(this.#vault.open(place(className), row['sealed_payloads'] as Uint8Array))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #put(className: string, entries: Iterable<OwnEntry>): void {
    const insert = this.#database.prepare('INSERT INTO own_records VALUES (?, ?, ?)')
    for (const { subject, payloads } of entries) {
      const sealed = this.#vault.seal(place(className), framePayloads(payloads))
      insert.run(this.#vault.index('own-record', subject), className, sealed)
    }
  }
}

const place = (className: string) => `own-records/${className}`

export function framePayloads(payloads: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer().uint8(payloads.length)
  for (const payload of payloads) writer.bytes16(payload)
  return writer.finish()
}

export function unframePayloads(bytes: Uint8Array): Uint8Array[] {
  const reader = new Reader(bytes)
  const payloads = Array.from({ length: reader.uint8() }, () => reader.bytes16(65_535))
  reader.end()
  return payloads
}
