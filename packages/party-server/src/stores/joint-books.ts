import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { Subject } from '@mixun/core/domain'
import { recordCodec, text } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { openDatabase, transaction } from '@mixun/sdk/home'
import type { Vault } from '@mixun/sdk/store'
import { z } from 'zod'
import type { BookLine } from '../joint/read-book.ts'
import { checkDecision, type ReviewState } from './review.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS joint_books (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('imported', 'reviewed', 'approved', 'rejected')),
  maker TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  checker TEXT CHECK (checker <> maker),
  lines INTEGER NOT NULL,
  findings INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS joint_book_lines (
  book INTEGER NOT NULL REFERENCES joint_books (id),
  data_row INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (book, data_row)
) STRICT;
`

/** A line of a numeric book as it is kept, sealed. */
export const jointBookLineCodec = recordCodec(
  'joint book line',
  z.strictObject({ idType: text(32), idNumber: text(64), amount: text(20).regex(/^\d+$/) }),
  256,
)

/** One imported numeric book on its way from maker to checker: the whole of a data set. */
export interface JointBook {
  readonly id: number
  readonly dataset: string
  readonly fileName: string
  /** The suite's hash of the file, hex. */
  readonly fileDigest: string
  readonly state: ReviewState
  readonly maker: string
  readonly importedAt: number
  /** Who reviewed, approved or rejected it; never the maker. */
  readonly checker: string | null
  readonly lines: number
  /** Rows that were not taken. */
  readonly findings: number
}

/** The maker's and checker's working store of numeric books, sealed under the home's store key. */
export class JointBooks implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /**
   * Keeps a book, whole or not at all.
   *
   * @throws ERR_IMPORT_DUPLICATE when the same file is in another book that was not rejected
   */
  add(
    book: Pick<JointBook, 'dataset' | 'fileName' | 'fileDigest' | 'maker' | 'findings'>,
    lines: Iterable<readonly [number, BookLine]>,
  ): JointBook {
    const { dataset, fileName, fileDigest, maker, findings } = book
    const id = transaction(this.#database, () => {
      const twin = this.#database
        .prepare("SELECT id FROM joint_books WHERE file_digest = ? AND dataset = ? AND state <> 'rejected'")
        .get(fileDigest, dataset)
      if (twin !== undefined) {
        fail('ERR_IMPORT_DUPLICATE', `this file was imported as book ${twin['id']}`, {
          details: { batch: Number(twin['id']) },
        })
      }
      const inserted = this.#database
        .prepare(
          `INSERT INTO joint_books (dataset, file_name, file_digest, state, maker, imported_at, lines, findings)
           VALUES (?, ?, ?, 'imported', ?, ?, 0, ?)`,
        )
        .run(dataset, fileName, fileDigest, maker, Date.now(), findings)
      const number = Number(inserted.lastInsertRowid)
      const insert = this.#database.prepare('INSERT INTO joint_book_lines VALUES (?, ?, ?)')
      let count = 0
      for (const [dataRow, line] of lines) {
        insert.run(number, dataRow, this.#vault.seal(place(number, dataRow), encodeLine(line)))
        count++
      }
      this.#database.prepare('UPDATE joint_books SET lines = ? WHERE id = ?').run(count, number)
      return number
    })
    return this.get(id)
  }

  all(): JointBook[] {
    return this.#database.prepare('SELECT * FROM joint_books ORDER BY id').all().map(toBook)
  }

  /** @throws ERR_BATCH_UNKNOWN */
  get(id: number): JointBook {
    const row = this.#database.prepare('SELECT * FROM joint_books WHERE id = ?').get(id)
    return row === undefined ? fail('ERR_BATCH_UNKNOWN', `there is no book ${id}`) : toBook(row)
  }

  /**
   * Moves a book one step on: imported → reviewed → approved, or to rejected.
   *
   * @throws ERR_BATCH_UNKNOWN, ERR_REVIEW_SAME_OPERATOR, ERR_REVIEW_STATE
   */
  decide(id: number, checker: string, next: Exclude<ReviewState, 'imported'>): JointBook {
    const book = this.get(id)
    checkDecision(`book ${id}`, book, checker, next)
    transaction(this.#database, () =>
      this.#database
        .prepare('UPDATE joint_books SET state = ?, checker = ? WHERE id = ? AND state = ?')
        .run(next, checker, id, book.state),
    )
    return this.get(id)
  }

  /** The newest approved book of a data set; a book holds the whole of it. */
  approved(dataset: string): JointBook | undefined {
    return this.all().findLast(book => book.dataset === dataset && book.state === 'approved')
  }

  /** The data sets that have an approved book. */
  datasets(): string[] {
    return [...new Set(this.all().flatMap(({ state, dataset }) => (state === 'approved' ? [dataset] : [])))]
  }

  /** The lines of a book, in the order of its file. */
  *lines(id: number): Generator<BookLine> {
    const rows = this.#database
      .prepare('SELECT data_row, sealed FROM joint_book_lines WHERE book = ? ORDER BY data_row')
      .iterate(id)
    for (const row of rows) {
      const opened = this.#vault.open(place(id, Number(row['data_row'])), row['sealed'] as Uint8Array)
      const { idType, idNumber, amount } = jointBookLineCodec.decode(opened)
      yield { subject: Subject.parse(idType, idNumber), amount: BigInt(amount) }
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

function encodeLine({ subject, amount }: BookLine): Uint8Array {
  return jointBookLineCodec.encode({
    idType: subject.idType,
    idNumber: subject.reveal(),
    amount: amount.toString(),
  })
}

const place = (book: number, dataRow: number) => `joint-book/${book}/${dataRow}`

function toBook(row: Record<string, SQLOutputValue>): JointBook {
  return {
    id: Number(row['id']),
    dataset: String(row['dataset']),
    fileName: String(row['file_name']),
    fileDigest: String(row['file_digest']),
    state: row['state'] as ReviewState,
    maker: String(row['maker']),
    importedAt: Number(row['imported_at']),
    checker: row['checker'] as string | null,
    lines: Number(row['lines']),
    findings: Number(row['findings']),
  }
}
