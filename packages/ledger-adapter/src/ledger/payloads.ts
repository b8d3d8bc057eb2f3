import { budgetCodec } from './payloads/budget.ts'
import { calendarCodec } from './payloads/calendar.ts'
import { consentWithdrawnCodec } from './payloads/consent-withdrawn.ts'
import { genesisCodec, memberAddressCodec, memberCodec, pointsGrantCodec } from './payloads/consortium.ts'
import { consentCodec, intentCodec, outcomeCodec } from './payloads/inquiries.ts'
import { kindsCodec } from './payloads/kinds.ts'
import { parametersCodec } from './payloads/parameters.ts'
import { sharingRulesCodec } from './payloads/sharing-rules.ts'
import { listCodec, tableCodec } from './payloads/tables.ts'

/** The codec of each kind of entry's payload. Entries hold ids, sizes, digests and commitments, never an input. */
export const payloadCodecs = {
  genesis: genesisCodec,
  member: memberCodec,
  'member-address': memberAddressCodec,
  table: tableCodec,
  list: listCodec,
  consent: consentCodec,
  intent: intentCodec,
  outcome: outcomeCodec,
  'points-grant': pointsGrantCodec,
  'sharing-rules': sharingRulesCodec,
  'consent-withdrawn': consentWithdrawnCodec,
  budget: budgetCodec,
  calendar: calendarCodec,
  kinds: kindsCodec,
  parameters: parametersCodec,
} as const

/** Names what an entry records. */
export type EntryKind = keyof typeof payloadCodecs

export const ENTRY_KINDS = Object.keys(payloadCodecs) as [EntryKind, ...EntryKind[]]

/** The payload of each kind of entry. */
export type Payloads = { [K in EntryKind]: ReturnType<(typeof payloadCodecs)[K]['decode']> }

export type GenesisPayload = Payloads['genesis']
export type MemberPayload = Payloads['member']
export type TablePayload = Payloads['table']
export type ListPayload = Payloads['list']
export type ConsentPayload = Payloads['consent']
export type IntentPayload = Payloads['intent']
export type OutcomePayload = Payloads['outcome']
export type SharingRulesPayload = Payloads['sharing-rules']
export type BudgetPayload = Payloads['budget']
export type CalendarPayload = Payloads['calendar']
export type KindsPayload = Payloads['kinds']

/** An entry of one kind with its payload decoded. */
export interface EntryOf<K extends EntryKind> {
  readonly id: Uint8Array
  readonly kind: K
  readonly author: string
  /** Unix milliseconds, by the author's clock. */
  readonly createdAt: number
  readonly payload: Payloads[K]
}

/** An entry with its payload decoded; `kind` tells which. */
export type TypedEntry = { [K in EntryKind]: EntryOf<K> }[EntryKind]
