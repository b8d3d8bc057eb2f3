import { compareBytes, fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import {
  type DefaultRecord,
  packRecords,
  type SourceOpening,
  Subject,
  unpackRecords,
} from '@mixun/core/domain'
import type { Cohort } from '../records/profile.ts'
import { type SharingBasis, takeBasis, writeBasis } from '../records/sharing-basis.ts'

const MAX_RECORD_BYTES = 512

/** An accepted row: whom it is about and what it says. Prints redacted, as both parts do. */
export interface StoredRecord {
  readonly subject: Subject
  readonly record: DefaultRecord
  readonly basis: SharingBasis
  readonly cohort: Cohort
  readonly source: SourceOpening
}

/** A record of an approved batch. */
export interface ApprovedRecord extends StoredRecord {
  /** False when it or its basis was withdrawn, or when it was cured long ago: it is kept, and takes what was published before with it. */
  readonly isPublished: boolean
}

export function encodeStoredRecord({ subject, record, basis, cohort, source }: StoredRecord): Uint8Array {
  const [packed] = packRecords([record], MAX_RECORD_BYTES, 1) as [Uint8Array]
  const writer = new Writer().bytes16(utf8(subject.idType)).bytes16(utf8(subject.reveal())).bytes16(packed)
  return writeBasis(writer, basis)
    .uint8(cohort === 'new' ? 0 : 1)
    .fixed(source.digest, 32)
    .fixed(source.salt, 32)
    .finish()
}

/** @throws ERR_DECODE_…, ERR_SUBJECT_…, ERR_RECORD_INVALID, ERR_PARAMETER_UNKNOWN */
export function decodeStoredRecord(bytes: Uint8Array): StoredRecord {
  const reader = new Reader(bytes)
  const idType = fromUtf8(reader.bytes16(32))
  const subject = Subject.parse(idType, fromUtf8(reader.bytes16(64)))
  const [record] = unpackRecords([reader.bytes16(MAX_RECORD_BYTES)]) as [DefaultRecord]
  const basis = takeBasis(reader)
  const cohort: Cohort = reader.uint8() === 0 ? 'new' : 'existing'
  const source = { digest: reader.fixed(32).slice(), salt: reader.fixed(32).slice() }
  reader.end()
  const stored = { subject, record, basis, cohort, source }
  // Numbers in another writing, or another byte for the cohort, would be the same record a second time.
  if (compareBytes(encodeStoredRecord(stored), bytes) !== 0) {
    fail('ERR_DECODE_CANONICAL', 'expected the one encoding of a stored record')
  }
  return stored
}
