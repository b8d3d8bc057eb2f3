import { toHex, utf8 } from '@mixun/core/bytes'
import { chinaDateOf, type IsoDate, kindByCode, type RecordClass } from '@mixun/core/domain'
import type { Suite } from '@mixun/core/suite'
import type { SharingRules } from '@mixun/ledger-adapter/policy'
import { isPublished } from '../records/publication.ts'
import type { Batches } from '../stores/batches.ts'
import type { ApprovedRecord } from '../stores/stored-record.ts'

/** As of which day, and by which rules of the consortium, records are published. */
export interface PublicationDay {
  readonly asOf: IsoDate
  readonly rules: SharingRules
}

/**
 * The approved records of a class: those of public kinds go into a list, all others are sealed. A record whose time is
 * over since its import is not published any more.
 */
export function* sourceRecords(
  batches: Batches,
  className: RecordClass,
  isPublic: boolean,
  { asOf, rules }: PublicationDay,
): Generator<ApprovedRecord> {
  for (const stored of batches.approved(className, record => isPublished(record, asOf, rules))) {
    if (kindByCode(stored.record.kind).public === isPublic) yield stored
  }
}

/** Names what {@link sourceRecords} come from: while it stays the same, so do they. */
export function sourceOf(suite: Suite, batches: Batches, { asOf, rules }: PublicationDay): string {
  const approved = batches.all().filter(batch => batch.state === 'approved')
  const parts = [asOf, rules, approved.map(({ id }) => id), batches.withdrawnBases]
  return toHex(suite.hash(utf8(JSON.stringify(parts))))
}

/** Today in China by the consortium's rules. */
export function publicationDay(rules: SharingRules, now: number): PublicationDay {
  return { asOf: chinaDateOf(now), rules }
}
