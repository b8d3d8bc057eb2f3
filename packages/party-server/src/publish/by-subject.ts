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
 *
 * @param records those of one subject are neighbours, as a store gives them; one subject is held at a time
 */
export function* bySubject(records: Iterable<ApprovedRecord>): Generator<SubjectRecords, void> {
  for (const group of allSubjects(records)) if (group.records.length > 0) yield group
}

/** {@link bySubject} with the subjects of whom nothing is published any more. */
export function* allSubjects(records: Iterable<ApprovedRecord>): Generator<SubjectRecords, void> {
  let subject: Subject | null = null
  let latest = new Map<string, DefaultRecord>()
  for (const stored of records) {
    if (subject !== null && !subject.equals(stored.subject)) {
      yield { subject, records: [...latest.values()].toSorted(compareRecords) }
      latest = new Map()
    }
    const { record } = stored
    subject = stored.subject
    const name = `${record.kind}/${record.occurredOn}/${record.amountFen}`
    if (stored.isPublished) latest.set(name, record)
    else latest.delete(name)
  }
  if (subject !== null) yield { subject, records: [...latest.values()].toSorted(compareRecords) }
}
