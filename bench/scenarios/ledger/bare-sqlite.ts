import { DatabaseSync } from 'node:sqlite'

/** A reference without any rule, signature or tree: the same bytes into one table of the same SQLite. */
export const BARE_SQLITE = 'node:sqlite, bare insert'

/** An append-only table with the durability of the ledger: write-ahead log, synced at every commit. */
export class BareTable implements Disposable {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = new DatabaseSync(file)
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    this.#database.exec('CREATE TABLE entries (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
  }

  /** Inserts all in one durable transaction. */
  insert(entries: readonly Uint8Array[]): void {
    const statement = this.#database.prepare('INSERT INTO entries (bytes) VALUES (?)')
    this.#database.exec('BEGIN IMMEDIATE')
    for (const bytes of entries) statement.run(bytes)
    this.#database.exec('COMMIT')
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
