import { toHex, utf8 } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import type { Batches } from './batches.ts'
import type { StoredRecord } from './stored-record.ts'

type Reported = Pick<StoredRecord, 'subject' | 'record'>

/** Tells records that an earlier batch reported, by subject, kind and day; holds digests only. */
export function reportedBefore(suite: Suite, batches: Batches): (reported: Reported) => boolean {
  const nameOf = ({ subject, record }: Reported) => {
    const name = `${subject.idType}:${subject.reveal()}|${record.kind}|${record.occurredOn}`
    return toHex(suite.hash(utf8(name)).subarray(0, 16))
  }
  const names = new Set<string>()
  for (const stored of batches.stored()) names.add(nameOf(stored))
  return reported => names.has(nameOf(reported))
}
