import { compareRecords, type DefaultRecord, type Subject } from '@mixun/core/domain'
import type { ApprovedRecord } from '../stores/stored-record.ts'

/** All records of one subject in one class, by date. */
export interface SubjectRecords {
  readonly subject: Subject
  readonly records: readonly DefaultRecord[]
}

/**
 * Groups the records to publish by subject. A record that a later batch reports again (same kind, date and amount)
 * replaces the earlier one, so that a corrected export counts once, and a withdrawal there withdraws it.
 */
export function bySubject(records: Iterable<ApprovedRecord>): SubjectRecords[] {
  return allSubjects(records).filter(group => group.records.length > 0)
}

/** {@link bySubject} with the subjects of whom nothing is published any more. */
export function allSubjects(records: Iterable<ApprovedRecord>): SubjectRecords[] {
  const subjects = new Map<string, { subject: Subject; records: Map<string, DefaultRecord> }>()
  for (const { subject, record, isPublished } of records) {
    const key = `${subject.idType}:${subject.reveal()}`
    let group = subjects.get(key)
    if (group === undefined) {
      group = { subject, records: new Map() }
      subjects.set(key, group)
    }
    const name = `${record.kind}/${record.occurredOn}/${record.amountFen}`
    if (isPublished) group.records.set(name, record)
    else group.records.delete(name)
  }
  return [...subjects.values()].map(({ subject, records: latest }) => ({
    subject,
    records: [...latest.values()].toSorted(compareRecords),
  }))
}
