import {
  auditCommittedCodec,
  auditFailedCodec,
  auditOpenedCodec,
  auditRulesCodec,
  auditSampleCodec,
} from './payloads/audit.ts'
import type { IntentBasis } from './intent-basis.ts'
import { budgetCodec } from './payloads/budget.ts'
import { calendarCodec } from './payloads/calendar.ts'
import { certificateRevokedCodec } from './payloads/certificate-revoked.ts'
import { consentWithdrawnCodec } from './payloads/consent-withdrawn.ts'
import { genesisCodec, memberAddressCodec, memberCodec, pointsGrantCodec } from './payloads/consortium.ts'
import {
  consentCodec,
  intentBoughtCodec,
  intentCodec,
  intentReturnedCodec,
  outcomeCodec,
} from './payloads/inquiries.ts'
import { jointIntentCodec, jointOutcomeCodec, jointRulesCodec, jointTableCodec } from './payloads/joint.ts'
import { kindsCodec } from './payloads/kinds.ts'
import { memberKeyCodec } from './payloads/member-key.ts'
import { parametersCodec } from './payloads/parameters.ts'
import { ticketAnsweredCodec, ticketCodec, ticketExpiredCodec } from './payloads/tickets.ts'
import { pointsClosedCodec, reportingDayCodec, tableAttestedCodec } from './payloads/points.ts'
import { partyLogAnchoredCodec, partyLogResetCodec } from './payloads/party-log.ts'
import { sharingRulesCodec } from './payloads/sharing-rules.ts'
import { keyDestroyedCodec, leafSampleCodec, listCodec, tableCodec } from './payloads/tables.ts'

/** The codec of each kind of entry's payload. Entries hold ids, sizes, digests and commitments, never an input. */
export const payloadCodecs = {
  genesis: genesisCodec,
  member: memberCodec,
  'member-address': memberAddressCodec,
  'member-key': memberKeyCodec,
  'certificate-revoked': certificateRevokedCodec,
  table: tableCodec,
  'key-destroyed': keyDestroyedCodec,
  'leaf-sample': leafSampleCodec,
  list: listCodec,
  consent: consentCodec,
  intent: intentCodec,
  'intent-bought': intentBoughtCodec,
  'intent-returned': intentReturnedCodec,
  outcome: outcomeCodec,
  'points-grant': pointsGrantCodec,
  'sharing-rules': sharingRulesCodec,
  'consent-withdrawn': consentWithdrawnCodec,
  budget: budgetCodec,
  calendar: calendarCodec,
  kinds: kindsCodec,
  parameters: parametersCodec,
  'audit-rules': auditRulesCodec,
  'audit-committed': auditCommittedCodec,
  'audit-sample': auditSampleCodec,
  'audit-opened': auditOpenedCodec,
  'audit-failed': auditFailedCodec,
  ticket: ticketCodec,
  'ticket-answered': ticketAnsweredCodec,
  'ticket-expired': ticketExpiredCodec,
  'table-attested': tableAttestedCodec,
  'reporting-day': reportingDayCodec,
  'points-closed': pointsClosedCodec,
  'party-log-anchored': partyLogAnchoredCodec,
  'party-log-reset': partyLogResetCodec,
  'joint-rules': jointRulesCodec,
  'joint-table': jointTableCodec,
  'joint-intent': jointIntentCodec,
  'joint-outcome': jointOutcomeCodec,
} as const

/** Names what an entry records. */
export type EntryKind = keyof typeof payloadCodecs

/** All kinds of entries. */
export const ENTRY_KINDS = Object.keys(payloadCodecs) as [EntryKind, ...EntryKind[]]

/** The payload of each kind of entry. */
export type Payloads = { [K in EntryKind]: ReturnType<(typeof payloadCodecs)[K]['decode']> }

/** The first entry: consortium, suite, association and points rules. */
export type GenesisPayload = Payloads['genesis']
/** A member as admitted or changed: name, role, keys, address, status. */
export type MemberPayload = Payloads['member']
/** A provider's commitment to the sealed table of one class and epoch. */
export type TablePayload = Payloads['table']
/** A public list of class A: its version, length and digest. */
export type ListPayload = Payloads['list']
/** A consent, as a commitment to its subject and its terms. */
export type ConsentPayload = Payloads['consent']
/** An inquiry before it is asked: consent, re-randomised element, classes and asked tables. */
export type IntentPayload = Payloads['intent']
/** An intent bought in advance: who may ask which tables for what, and until when. */
export type IntentBoughtPayload = Payloads['intent-bought']
/** What became of an inquiry, party by party; fixed before a row is opened. */
export type OutcomePayload = Payloads['outcome']
/** When existing customers come in, how long a cured record is published, which statutory rules count. */
export type SharingRulesPayload = Payloads['sharing-rules']
/** How often a firm may ask: by day and class, by day and purpose, by table and epoch. */
export type BudgetPayload = Payloads['budget']
/** When a record has to be reported: working days by kind, and the days that are none. */
export type CalendarPayload = Payloads['calendar']
/** How inquiries are audited and what findings cost. */
export type AuditRulesPayload = Payloads['audit-rules']
/** The end of a points period: every firm's balance under a commitment, their sum opened. */
export type PointsClosedPayload = Payloads['points-closed']
/** A version of the catalogue of kinds. */
export type KindsPayload = Payloads['kinds']

/** When joint queries are answered, and what they cost. */
export type JointRulesPayload = Payloads['joint-rules']
/** A commitment to one version of a joint table. */
export type JointTablePayload = Payloads['joint-table']
/** A joint query before it is asked, with its frozen set of tables. */
export type JointIntentPayload = Payloads['joint-intent']
/** The end of a joint query: opened or void. */
export type JointOutcomePayload = Payloads['joint-outcome']

/** An entry of one kind with its payload decoded. */
export interface EntryOf<K extends EntryKind> {
  readonly id: Uint8Array
  readonly kind: K
  readonly author: string
  /** Unix milliseconds, by the author's clock. */
  readonly createdAt: number
  readonly payload: Payloads[K]
  /** What an intent rests on, for who may see it; null elsewhere. */
  readonly basis: IntentBasis | null
}

/** An entry with its payload decoded; `kind` tells which. */
export type TypedEntry = { [K in EntryKind]: EntryOf<K> }[EntryKind]

/** An entry that is sealed to others. */
export interface OpaqueEntry {
  readonly id: Uint8Array
  readonly kind: 'sealed'
  /** Intents that it ends. */
  readonly ends: readonly Uint8Array[]
}

/** An entry as far as this party can read it. */
export type ReadableEntry = TypedEntry | OpaqueEntry
