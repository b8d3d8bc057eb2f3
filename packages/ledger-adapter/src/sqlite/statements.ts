import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>

type Value = string | number | null | Uint8Array

/** The statements of one database, each prepared once. */
export class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.prepared(sql).get(...values)
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.prepared(sql).all(...values)
  }

  run(sql: string, ...values: Value[]): void {
    this.prepared(sql).run(...values)
  }

  prepared(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}
