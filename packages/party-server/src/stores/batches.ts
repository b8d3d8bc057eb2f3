import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { utf8 } from '@mixun/core/bytes'
import type { DefaultRecord, RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { commit, openDatabase, transaction } from '@mixun/sdk/home'
import type { Vault } from '@mixun/sdk/store'
import type { SharingBasis } from '../records/sharing-basis.ts'
import { checkDecision, type ReviewState } from './review.ts'
import {
  type ApprovedRecord,
  decodeStoredRecord,
  encodeStoredRecord,
  type StoredRecord,
} from './stored-record.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_name TEXT NOT NULL,
  file_digest TEXT NOT NULL,
  profile TEXT NOT NULL,
  as_of TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('imported', 'reviewed', 'approved', 'rejected')),
  is_full INTEGER NOT NULL DEFAULT 0,
  maker TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  checker TEXT CHECK (checker <> maker),
  summary TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS records (
  batch_id INTEGER NOT NULL REFERENCES batches (id),
  data_row INTEGER NOT NULL,
  class TEXT NOT NULL,
  published INTEGER NOT NULL,
  subject_index BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (batch_id, data_row)
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_subject ON records (class, subject_index, batch_id, data_row);
CREATE TABLE IF NOT EXISTS withdrawn_bases (
  basis BLOB PRIMARY KEY,
  operator TEXT NOT NULL,
  withdrawn_at INTEGER NOT NULL
) STRICT;
`

/** Counts of an import, by outcome. */
export interface BatchSummary {
  readonly rows: number
  readonly accepted: number
  readonly published: number
  /** Accepted, but reported too late. */
  readonly late?: number
  readonly rejected: Readonly<Record<string, number>>
}

/** One imported export on its way from maker to checker. */
export interface Batch {
  readonly id: number
  readonly fileName: string
  /** The suite's hash of the file, hex. */
  readonly fileDigest: string
  readonly profile: string
  readonly asOf: string
  readonly state: ReviewState
  readonly maker: string
  readonly importedAt: number
  /** Who reviewed, approved or rejected it; never the maker. */
  readonly checker: string | null
  readonly summary: BatchSummary
}

export interface NewBatch extends Pick<Batch, 'fileName' | 'profile' | 'asOf' | 'maker'> {
  /** A full export: takes the place of all earlier ones of its profile. */
  readonly isFull?: boolean
}

/** A batch that is being written; nothing of it is kept unless {@link BatchWriter.commit} returns. */
export interface BatchWriter {
  readonly id: number
  add(dataRow: number, published: boolean, record: StoredRecord): void
  /** @throws ERR_IMPORT_DUPLICATE when the same file is in another batch that was not rejected */
  commit(fileDigest: string, summary: BatchSummary): void
  rollback(): void
}

/** The maker's and checker's working store: batches and their accepted records, sealed under the home's store key. */
export class Batches implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /** Starts a batch in a transaction of its own. */
  begin(batch: NewBatch): BatchWriter {
    const database = this.#database
    database.exec('BEGIN IMMEDIATE')
    const inserted = database
      .prepare(
        `INSERT INTO batches (file_name, file_digest, profile, as_of, is_full, state, maker, imported_at, summary)
         VALUES (?, '', ?, ?, ?, 'imported', ?, ?, '{}')`,
      )
      .run(batch.fileName, batch.profile, batch.asOf, batch.isFull ? 1 : 0, batch.maker, Date.now())
    const id = Number(inserted.lastInsertRowid)
    const insertRecord = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)')
    return {
      id,
      add: (dataRow, published, record) => {
        const sealed = this.#vault.seal(place(id, dataRow), encodeStoredRecord(record))
        const subject = this.#vault.index('record-subject', record.subject.encode())
        insertRecord.run(id, dataRow, record.record.class, published ? 1 : 0, subject, sealed)
      },
      commit: (fileDigest, summary) => {
        const twin = database
          .prepare("SELECT id FROM batches WHERE file_digest = ? AND state <> 'rejected'")
          .get(fileDigest)
        if (twin !== undefined) {
          fail('ERR_IMPORT_DUPLICATE', `this file was imported as batch ${twin['id']}`, {
            details: { batch: Number(twin['id']) },
          })
        }
        database
          .prepare('UPDATE batches SET file_digest = ?, summary = ? WHERE id = ?')
          .run(fileDigest, JSON.stringify(summary), id)
        commit(database)
      },
      rollback: () => {
        if (database.isTransaction) database.exec('ROLLBACK')
      },
    }
  }

  all(): Batch[] {
    return this.#database.prepare('SELECT * FROM batches ORDER BY id').all().map(toBatch)
  }

  /** @throws ERR_BATCH_UNKNOWN */
  get(id: number): Batch {
    const row = this.#database.prepare('SELECT * FROM batches WHERE id = ?').get(id)
    return row === undefined ? fail('ERR_BATCH_UNKNOWN', `there is no batch ${id}`) : toBatch(row)
  }

  /**
   * Moves a batch one step on: imported → reviewed → approved, or to rejected.
   *
   * @throws ERR_BATCH_UNKNOWN, ERR_REVIEW_SAME_OPERATOR, ERR_REVIEW_STATE
   */
  decide(id: number, checker: string, next: Exclude<ReviewState, 'imported'>): Batch {
    const batch = this.get(id)
    checkDecision(`batch ${id}`, batch, checker, next)
    transaction(this.#database, () =>
      this.#database
        .prepare('UPDATE batches SET state = ?, checker = ? WHERE id = ? AND state = ?')
        .run(next, checker, id, batch.state),
    )
    return this.get(id)
  }

  /**
   * The records of one class from all approved batches, one subject after the other, oldest batch first; those before an
   * approved full export of the same profile are over: not published any more.
   *
   * @param isPublished judges anew what was to be published on the day of the import: records expire
   */
  *approved(
    className: RecordClass,
    isPublished: (record: DefaultRecord) => boolean = () => true,
  ): Generator<ApprovedRecord> {
    const rows = this.#database
      .prepare(
        `SELECT r.batch_id, r.data_row, r.sealed, r.published AND NOT EXISTS (
           SELECT 1 FROM batches f
           WHERE f.state = 'approved' AND f.is_full = 1 AND f.profile = b.profile AND f.id > b.id) AS stands
         FROM records r CROSS JOIN batches b ON b.id = r.batch_id
         WHERE b.state = 'approved' AND r.class = ?
         ORDER BY r.subject_index, r.batch_id, r.data_row`,
      )
      .iterate(className)
    const withdrawn = this.#database.prepare('SELECT 1 FROM withdrawn_bases WHERE basis = ?')
    const isWithdrawn = ({ basis }: StoredRecord) =>
      basis.kind === 'consent' && withdrawn.get(this.#basisIndex(basis)) !== undefined
    for (const row of rows) {
      const where = place(Number(row['batch_id']), Number(row['data_row']))
      const stored = decodeStoredRecord(this.#vault.open(where, row['sealed'] as Uint8Array))
      yield {
        ...stored,
        isPublished: row['stands'] === 1 && isPublished(stored.record) && !isWithdrawn(stored),
      }
    }
  }

  /** How many subjects have records of this class in approved batches, published or not. */
  subjectCount(className: RecordClass): number {
    const row = this.#database
      .prepare(
        `SELECT count(DISTINCT r.subject_index) AS n FROM records r CROSS JOIN batches b ON b.id = r.batch_id
         WHERE b.state = 'approved' AND r.class = ?`,
      )
      .get(className)
    return Number(row?.['n'])
  }

  /** Until it is disposed of, all that is read is as it was at the first look, whoever decides meanwhile. Nothing is written. */
  snapshot(): Disposable {
    this.#database.exec('BEGIN')
    return { [Symbol.dispose]: () => this.#database.exec('ROLLBACK') }
  }

  /**
   * Ends the sharing of records whose authorisation this is, at the next publication and for good.
   *
   * @param isMeant which records' authorisations; records that are shared by statutory rules are never meant
   * @param basis one more, whether or not a record is held under it
   * @returns how many records of batches that were not rejected are shared under the withdrawn authorisations
   */
  withdrawSharing(
    operator: string,
    isMeant: (record: StoredRecord) => boolean,
    basis: SharingBasis | null = null,
  ): number {
    return transaction(this.#database, () => {
      const meant = [...this.stored()].filter(each => each.basis.kind === 'consent' && isMeant(each))
      const insert = this.#database.prepare('INSERT OR IGNORE INTO withdrawn_bases VALUES (?, ?, ?)')
      const bases = [...meant.map(record => record.basis), ...(basis === null ? [] : [basis])]
      for (const each of bases) insert.run(this.#basisIndex(each), operator, Date.now())
      return meant.length
    })
  }

  /** Every record of the batches that were not rejected. */
  *stored(): Generator<StoredRecord> {
    const rows = this.#database
      .prepare(
        "SELECT r.batch_id, r.data_row, r.sealed FROM records r JOIN batches b ON b.id = r.batch_id WHERE b.state <> 'rejected'",
      )
      .iterate()
    for (const row of rows) {
      const where = place(Number(row['batch_id']), Number(row['data_row']))
      yield decodeStoredRecord(this.#vault.open(where, row['sealed'] as Uint8Array))
    }
  }

  /** How many authorisations to share were withdrawn. */
  get withdrawnBases(): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM withdrawn_bases').get()?.['n'])
  }

  #basisIndex(basis: SharingBasis): Uint8Array {
    return this.#vault.index('sharing-basis', basis.kind === 'consent' ? basis.digest : utf8(basis.rule))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

const place = (batch: number, dataRow: number) => `record/${batch}/${dataRow}`

function toBatch(row: Record<string, SQLOutputValue>): Batch {
  return {
    id: Number(row['id']),
    fileName: String(row['file_name']),
    fileDigest: String(row['file_digest']),
    profile: String(row['profile']),
    asOf: String(row['as_of']),
    state: row['state'] as ReviewState,
    maker: String(row['maker']),
    importedAt: Number(row['imported_at']),
    checker: row['checker'] as string | null,
    summary: JSON.parse(String(row['summary'])) as BatchSummary,
  }
}
