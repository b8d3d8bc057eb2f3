import { fail } from '@mixun/core/errors'
import type { EntryKind, TypedEntry } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import type { LedgerVerifiers } from '../verifiers.ts'
import { checkGenesis, checkMember, checkMemberAddress, checkPointsGrant } from './consortium.ts'
import {
  checkAuditCommitted,
  checkAuditFailed,
  checkAuditOpened,
  checkAuditRules,
  checkAuditSample,
} from './audit.ts'
import { checkCertificateRevoked } from './certificate-revoked.ts'
import { checkBudget } from './budget.ts'
import { checkCalendar } from './calendar.ts'
import { checkIntentBought, checkIntentReturned } from './bought-intents.ts'
import { checkConsentWithdrawn } from './consent-withdrawn.ts'
import { checkConsent, checkIntent, checkOutcome } from './inquiries.ts'
import { checkJointIntent, checkJointOutcome } from './joint-queries.ts'
import { checkJointRules, checkJointTable } from './joint-tables.ts'
import { checkKinds } from './kinds.ts'
import { checkMemberKey } from './member-key.ts'
import { checkPointsClosed, checkReportingDay, checkTableAttested } from './points.ts'
import { checkPartyLogAnchored, checkPartyLogReset } from './party-log.ts'
import { checkParameters } from './parameters.ts'
import { checkTicket, checkTicketAnswered, checkTicketExpired } from './tickets.ts'
import { checkSharingRules } from './sharing-rules.ts'
import { checkKeyDestroyed, checkLeafSample, checkList, checkTable } from './tables.ts'

/** The rules of each kind of entry, against the registry before it. Throws when one is broken. */
export function checkRules(registry: RegistryView, entry: TypedEntry, verifiers: LedgerVerifiers): void {
  if ((registry.genesis === null) !== (entry.kind === 'genesis')) {
    fail('ERR_LEDGER_GENESIS', `expected the genesis entry first and once, found ${entry.kind}`)
  }
  requireSpeaker(registry, entry)
  switch (entry.kind) {
    case 'genesis':
      return checkGenesis(registry, entry)
    case 'member':
      return checkMember(registry, entry)
    case 'member-address':
      return checkMemberAddress(entry)
    case 'member-key':
      return checkMemberKey(registry, entry)
    case 'certificate-revoked':
      return checkCertificateRevoked(registry, entry)
    case 'points-grant':
      return checkPointsGrant(registry, entry)
    case 'table':
      return checkTable(registry, entry, verifiers)
    case 'key-destroyed':
      return checkKeyDestroyed(registry, entry)
    case 'leaf-sample':
      return checkLeafSample(registry, entry)
    case 'list':
      return checkList(registry, entry)
    case 'consent':
      return checkConsent(registry, entry)
    case 'intent':
      return checkIntent(registry, entry, verifiers)
    case 'intent-bought':
      return checkIntentBought(registry, entry)
    case 'intent-returned':
      return checkIntentReturned(registry, entry)
    case 'outcome':
      return checkOutcome(registry, entry, verifiers)
    case 'sharing-rules':
      return checkSharingRules(registry, entry)
    case 'consent-withdrawn':
      return checkConsentWithdrawn(registry, entry)
    case 'budget':
      return checkBudget(registry, entry)
    case 'calendar':
      return checkCalendar(registry, entry)
    case 'kinds':
      return checkKinds(registry, entry)
    case 'parameters':
      return checkParameters(registry, entry)
    case 'audit-rules':
      return checkAuditRules(registry, entry)
    case 'audit-committed':
      return checkAuditCommitted(registry, entry)
    case 'audit-sample':
      return checkAuditSample(registry, entry)
    case 'audit-opened':
      return checkAuditOpened(registry, entry)
    case 'audit-failed':
      return checkAuditFailed(registry, entry)
    case 'ticket':
      return checkTicket(registry, entry)
    case 'ticket-answered':
      return checkTicketAnswered(registry, entry)
    case 'ticket-expired':
      return checkTicketExpired(registry, entry)
    case 'table-attested':
      return checkTableAttested(registry, entry)
    case 'reporting-day':
      return checkReportingDay(registry, entry)
    case 'points-closed':
      return checkPointsClosed(registry, entry)
    case 'party-log-anchored':
      return checkPartyLogAnchored(registry, entry)
    case 'party-log-reset':
      return checkPartyLogReset(registry, entry)
    case 'joint-rules':
      return checkJointRules(registry, entry)
    case 'joint-table':
      return checkJointTable(registry, entry, verifiers)
    case 'joint-intent':
      return checkJointIntent(registry, entry, verifiers)
    case 'joint-outcome':
      return checkJointOutcome(registry, entry, verifiers)
  }
}

/** What a regulator says: where it is, with which keys, and what it has opened to it. */
const REGULATOR_KINDS: readonly EntryKind[] = [
  'member-address',
  'member-key',
  'audit-committed',
  'audit-sample',
]

/** A regulator watches: it neither asks nor provides. */
function requireSpeaker(registry: RegistryView, { author, kind }: TypedEntry): void {
  if (registry.member(author)?.role === 'regulator' && !REGULATOR_KINDS.includes(kind)) {
    fail('ERR_LEDGER_AUTHOR', `expected no ${kind} of a regulator`)
  }
}
