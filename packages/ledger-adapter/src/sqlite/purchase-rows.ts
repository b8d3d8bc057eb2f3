import type { DatabaseSync } from 'node:sqlite'

/** One purchase as it is filed. */
export interface PurchaseRow {
  readonly position: number
  readonly inquirer: string
  /** Unix milliseconds. */
  readonly expires: number
  /** Index of the entry that filled it in or gave it back. */
  readonly closed: number | null
}

/** The rows of intents that were bought in advance. */
export class PurchaseRows {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  find(id: Uint8Array): PurchaseRow | undefined {
    const row = this.#database
      .prepare('SELECT position, inquirer, expires, closed FROM purchases WHERE id = ?')
      .get(id)
    if (row === undefined) return undefined
    const { position, inquirer, expires, closed } = row
    return {
      position: Number(position),
      inquirer: String(inquirer),
      expires: Number(expires),
      closed: closed === null ? null : Number(closed),
    }
  }

  insert(id: Uint8Array, { position, inquirer, expires }: Omit<PurchaseRow, 'closed'>): void {
    this.#database
      .prepare('INSERT INTO purchases (id, position, inquirer, expires, closed) VALUES (?, ?, ?, ?, NULL)')
      .run(id, position, inquirer, expires)
  }

  close(id: Uint8Array, index: number): void {
    this.#database.prepare('UPDATE purchases SET closed = ? WHERE id = ?').run(index, id)
  }

  /** Open ones of a firm that last beyond this time, Unix milliseconds. */
  openOf(inquirer: string, at: number): number {
    const sql =
      'SELECT count(*) AS count FROM purchases WHERE inquirer = ? AND expires > ? AND closed IS NULL'
    return Number(this.#database.prepare(sql).get(inquirer, at)?.['count'])
  }

  /** For counting them against the entries. */
  count(): number {
    return Number(this.#database.prepare('SELECT count(*) AS count FROM purchases').get()?.['count'])
  }
}
