import { chinaDateOf } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { checkClosingSum } from '../../points/closing.ts'
import { lastReportDay } from '../../points/due-closing.ts'
import { periodAfter, periodNamed } from '../../points/periods.ts'
import { isWorkingDay } from '../../policy/working-days.ts'
import type { EntryOf, GenesisPayload } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'

/** A firm attests a current table of another, once, until as many did as the points rules ask for. */
export function checkTableAttested(
  registry: RegistryView,
  { author, payload }: EntryOf<'table-attested'>,
): void {
  const { provider, class: recordClass, epoch, version } = payload
  const table = registry.currentTable(provider, recordClass)
  const isKnown = table?.epoch === epoch && version <= table.version && table.isDistributed
  if (author === provider || registry.member(author)?.role !== 'firm' || !isKnown) {
    fail(
      'ERR_LEDGER_ATTESTATION',
      'expected a firm to attest a current table of another that it can download',
    )
  }
  const attesters = registry.attesters(provider, recordClass, epoch)
  if (attesters.has(author) || attesters.size >= registry.attestationsNeeded(provider)) {
    fail(
      'ERR_LEDGER_ATTESTATION',
      `${provider}, class ${recordClass}, epoch ${epoch} needs no more of ${author}`,
    )
  }
}

/** A firm reports a working day of the calendar once, when it is over, while its points period is open. */
export function checkReportingDay(
  registry: RegistryView,
  { author, createdAt, payload: { day } }: EntryOf<'reporting-day'>,
): void {
  const { calendar, reporting } = registry.policy
  const isDue = calendar !== null && isWorkingDay(calendar, day) && day >= calendar.from
  const isOver = day < chinaDateOf(createdAt)
  const closed = registry.lastClosing
  const isClosed = closed !== null && day <= lastDayOf(registry, closed.period)
  if (
    registry.member(author)?.role !== 'firm' ||
    !isDue ||
    !isOver ||
    isClosed ||
    reporting.isFiled(author, day)
  ) {
    fail(
      'ERR_LEDGER_REPORT',
      `expected the report of a past working day that ${author} has not reported, found ${day}`,
    )
  }
}

/** Every firm's closing balance under a commitment, in the period that follows the last one closed, once it is over. */
export function checkPointsClosed(registry: RegistryView, entry: EntryOf<'points-closed'>): void {
  requireAssociation(registry, entry.author)
  const { payload } = entry
  const { period: length } = (registry.genesis as GenesisPayload).pointsRules
  const period = periodNamed(length, payload.period)
  const last = registry.lastClosing
  if (last !== null && periodAfter(length, periodNamed(length, last.period)).name !== period.name) {
    fail('ERR_LEDGER_CLOSING', `expected the period after ${last.period}, found ${period.name}`)
  }
  const lastReport = lastReportDay(registry, period)
  if (chinaDateOf(entry.createdAt) <= lastReport) {
    fail('ERR_LEDGER_CLOSING', `${period.name} is closed after ${lastReport}, when its last report is due`)
  }
  const firms = registry.members().filter(member => member.role === 'firm')
  const expected = firms.map(member => member.partyId).toSorted()
  if (expected.join() !== payload.balances.map(each => each.partyId).join()) {
    fail('ERR_LEDGER_CLOSING', 'expected the balance of every firm, and of nobody else')
  }
  checkClosingSum(registry.anchor.suite.id, payload)
}

function lastDayOf(registry: RegistryView, name: string): string {
  return periodNamed((registry.genesis as GenesisPayload).pointsRules.period, name).last
}
