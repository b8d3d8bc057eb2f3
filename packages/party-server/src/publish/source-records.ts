import { chinaDateOf, kindByCode, type RecordClass } from '@mixun/core/domain'
import type { Suite } from '@mixun/core/suite'
import { toHex, utf8 } from '@mixun/core/bytes'
import { isPublished } from '../records/publication.ts'
import type { Batches } from '../stores/batches.ts'
import type { ApprovedRecord } from '../stores/stored-record.ts'

/**
 * The approved records of a class: those of public kinds go into a list, all others are sealed. A record whose time is
 * over since its import is not published any more.
 */
export function* sourceRecords(
  batches: Batches,
  className: RecordClass,
  isPublic: boolean,
  now: number,
): Generator<ApprovedRecord> {
  const today = chinaDateOf(now)
  for (const stored of batches.approved(className)) {
    if (kindByCode(stored.record.kind).public !== isPublic) continue
    yield { ...stored, isPublished: stored.isPublished && isPublished(stored.record, today) }
  }
}

/** Names what {@link sourceRecords} come from: while it stays the same, so do they. */
export function sourceOf(suite: Suite, batches: Batches, now: number): string {
  const approved = batches.all().filter(batch => batch.state === 'approved')
  return toHex(suite.hash(utf8(`${chinaDateOf(now)}/${approved.map(batch => batch.id).join()}`)))
}
