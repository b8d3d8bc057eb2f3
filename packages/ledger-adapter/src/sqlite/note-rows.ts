import type { Row, Statements } from './statements.ts'

/** The newest checkpoint that a member cosigned, with its cosignature. */
export interface CosignatureRow {
  readonly party: string
  /** Of the tree. */
  readonly size: number
  readonly note: string
}

/** The rows of signed notes: own checkpoints, those ahead of the tree, and what members cosigned. */
export class NoteRows {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** All checkpoints, by ascending size. */
  checkpoints(): { size: number; text: string }[] {
    return this.#statements.all('SELECT size, text FROM checkpoints ORDER BY size').map(checkpointRow)
  }

  lastCheckpoint(): string | null {
    const row = this.#statements.get('SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1')
    return row ? String(row['text']) : null
  }

  insertCheckpoint(size: number, text: string): void {
    this.#statements.run('INSERT INTO checkpoints (size, text) VALUES (?, ?)', size, text)
  }

  /** Signed checkpoints that are larger than the tree, by ascending size. */
  ahead(): { size: number; text: string }[] {
    return this.#statements.all('SELECT size, text FROM ahead ORDER BY size').map(checkpointRow)
  }

  insertAhead(size: number, text: string): void {
    this.#statements.run('INSERT INTO ahead (size, text) VALUES (?, ?) ON CONFLICT DO NOTHING', size, text)
  }

  /** Forgets those of at most this size. */
  deleteAhead(size: number): void {
    this.#statements.run('DELETE FROM ahead WHERE size <= ?', size)
  }

  /** The newest cosigned checkpoint of every member, by ascending size. */
  cosignatures(): CosignatureRow[] {
    return this.#statements
      .all('SELECT party, size, note FROM cosignatures ORDER BY size, party')
      .map(row => ({
        party: String(row['party']),
        size: Number(row['size']),
        note: String(row['note']),
      }))
  }

  /** Replaces the member's cosigned checkpoint of a smaller tree. */
  putCosignature({ party, size, note }: CosignatureRow): void {
    const sql = `INSERT INTO cosignatures (party, size, note) VALUES (?, ?, ?)
      ON CONFLICT (party) DO UPDATE SET size = excluded.size, note = excluded.note`
    this.#statements.run(sql, party, size, note)
  }
}

function checkpointRow(row: Row): { size: number; text: string } {
  return { size: Number(row['size']), text: String(row['text']) }
}
