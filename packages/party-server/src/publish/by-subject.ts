import { compareRecords, type DefaultRecord, type Subject } from '@mixun/core/domain'
import type { StoredRecord } from '../stores/stored-record.ts'

/** All records of one subject in one class, by date. */
export interface SubjectRecords {
  readonly subject: Subject
  readonly records: readonly DefaultRecord[]
}

/**
 * Groups records by subject. A record that a later batch reports again (same kind, date and amount) replaces the
 * earlier one, so that a corrected export counts once.
 */
export function bySubject(records: Iterable<StoredRecord>): SubjectRecords[] {
  const subjects = new Map<string, { subject: Subject; records: Map<string, DefaultRecord> }>()
  for (const { subject, record } of records) {
    const key = `${subject.idType}:${subject.reveal()}`
    let group = subjects.get(key)
    if (group === undefined) {
      group = { subject, records: new Map() }
      subjects.set(key, group)
    }
    group.records.set(`${record.kind}/${record.occurredOn}/${record.amountFen}`, record)
  }
  return [...subjects.values()].map(({ subject, records: latest }) => ({
    subject,
    records: [...latest.values()].toSorted(compareRecords),
  }))
}
