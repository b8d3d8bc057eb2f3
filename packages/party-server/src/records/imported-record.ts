import { type DefaultRecord, Redacted, type SourceOpening, type Subject } from '@mixun/core/domain'
import type { Cohort } from './profile.ts'
import type { SharingBasis } from './sharing-basis.ts'

export interface ImportedRecordFields {
  readonly subject: Subject
  readonly record: DefaultRecord
  readonly cohort: Cohort
  /** What the record is shared under. */
  readonly basis: SharingBasis
  /** How the record's source digest opens. */
  readonly source: SourceOpening
}

/** An accepted row: whom it is about, the record, and why it may be shared. Prints redacted. */
export class ImportedRecord extends Redacted {
  readonly #fields: ImportedRecordFields

  constructor(fields: ImportedRecordFields) {
    super('imported record')
    this.#fields = { ...fields }
  }

  get subject(): Subject {
    return this.#fields.subject
  }
  get record(): DefaultRecord {
    return this.#fields.record
  }
  get cohort(): Cohort {
    return this.#fields.cohort
  }
  get basis(): SharingBasis {
    return this.#fields.basis
  }
  get source(): SourceOpening {
    return this.#fields.source
  }
}
