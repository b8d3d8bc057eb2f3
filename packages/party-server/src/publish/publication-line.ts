import type { RecordClass } from '@mixun/core/domain'

/** What one class of a publication came to. */
export interface PublicationLine {
  readonly class: RecordClass
  readonly kind: 'table' | 'list'
  /** Epoch of the table, version of the list. */
  readonly epoch: number
  /** Rows of the padded table; entries of the list. */
  readonly rows: number
  readonly subjects: number
  readonly records: number
  readonly ledgerIndex: number
}
