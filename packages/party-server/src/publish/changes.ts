import { compareBytes } from '@mixun/core/bytes'
import type { RecordClass } from '@mixun/core/domain'
import { MixunError } from '@mixun/core/errors'
import type { SealedTableParameters, SubjectChange } from '@mixun/ot/sealed-table'
import type { OwnRecords } from '@mixun/sdk/store'
import type { ApprovedRecord } from '../stores/stored-record.ts'
import { allSubjects } from './by-subject.ts'
import { packSubject } from './publish-class.ts'

/** What a table does not say yet. */
export interface PendingChanges {
  /** Withdrawals first: they should not wait behind new records. */
  readonly changes: readonly SubjectChange[]
  /** Subjects whose records do not fit the rows of a subject; they stay as they are. */
  readonly unfit: number
}

/** The difference between the approved records and what the table was made from last. */
export function pendingChanges(
  className: RecordClass,
  records: Iterable<ApprovedRecord>,
  ownRecords: OwnRecords,
  parameters: SealedTableParameters,
): PendingChanges {
  const changes: SubjectChange[] = []
  const isUnsettled = ownRecords.unsettledIn(className)
  let unfit = 0
  for (const { subject, records: published } of allSubjects(records)) {
    const input = subject.encode()
    try {
      const payloads = packSubject(published, parameters)
      if (isUnsettled(input) || !areSame(payloads, ownRecords.find(className, input)))
        changes.push({ input, payloads })
    } catch (error) {
      if (!(error instanceof MixunError) || error.code !== 'ERR_RECORD_OVERFLOW') throw error
      unfit++
    }
  }
  return { changes: changes.toSorted((a, b) => rank(a) - rank(b)), unfit }
}

const rank = ({ payloads }: SubjectChange) => (payloads.length === 0 ? 0 : 1)

function areSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((payload, i) => compareBytes(payload, b[i] as Uint8Array) === 0)
}
