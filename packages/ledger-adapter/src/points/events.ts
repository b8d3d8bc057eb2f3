import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { inquiryOnRecord } from '../ledger/inquiry-on-record.ts'
import type { Finding } from '../ledger/payloads/audit.ts'
import type { TypedEntry } from '../ledger/payloads.ts'
import type { RegistryView } from '../ledger/registry-view.ts'
import type { PointsBalance, PointsEvent, PointsEventKind } from './journal.ts'
import { consequencesOf } from '../policy/audits.ts'
import { periodNamed } from './periods.ts'
import { REFUNDABLE_REFUSALS } from './refunds.ts'
import { contribution, type PointsRules, queryPrice } from './rules.ts'

/** What the rules look at: the registry and the balances before the entry. */
export interface PointsState {
  readonly registry: Pick<
    RegistryView,
    | 'member'
    | 'members'
    | 'intent'
    | 'purchase'
    | 'table'
    | 'attesters'
    | 'attestationsNeeded'
    | 'policy'
    | 'isExact'
  >
  balance(party: string): PointsBalance
  /** When the provider was last credited for a class, Unix milliseconds; undefined before the first time. */
  lastContributionAt(provider: string, recordClass: string): number | undefined
}

const DAY_MS = 86_400_000

/**
 * The points events that an entry causes; a pure function, so that every member recomputes the same journal. The entry
 * has passed the registry's rules. Providers are credited for what they publish, never per hit: a credit per hit would
 * tell them what the oblivious transfer hides.
 *
 * @throws ERR_POINTS_PRICE, ERR_POINTS_INSUFFICIENT with `details.required` and `details.available`
 */
export function pointsEvents(rules: PointsRules, state: PointsState, entry: TypedEntry): PointsEvent[] {
  const reference = toHex(entry.id)
  const event = (kind: PointsEventKind, party: string, amount: number): PointsEvent[] =>
    amount === 0 ? [] : [{ id: `${reference}/${kind}`, at: entry.createdAt, party, kind, amount, reference }]
  const contributed = (provider: string, recordClass: 'A' | 'B' | 'C', rowCount: number) => {
    const last = state.lastContributionAt(provider, recordClass)
    const isDue = last === undefined || entry.createdAt >= last + rules.contributionPeriodDays * DAY_MS
    return isDue ? event('contribution', provider, contribution(rules, recordClass, rowCount)) : []
  }
  switch (entry.kind) {
    case 'member': {
      const isAdmission =
        entry.payload.role === 'firm' && state.registry.member(entry.payload.partyId) === undefined
      return isAdmission ? event('grant', entry.payload.partyId, rules.grant) : []
    }
    case 'points-grant':
      return event('grant', entry.payload.partyId, entry.payload.amount)
    case 'table': {
      const { class: recordClass, rowCount, version } = entry.payload
      // A delta comes every few minutes whether anything changed or not: it earns nothing.
      if (version > 0 || rules.attestations > 0) return []
      return contributed(entry.author, recordClass, rowCount)
    }
    case 'table-attested': {
      const { provider, class: recordClass, epoch } = entry.payload
      const { registry } = state
      const attested = registry.attesters(provider, recordClass, epoch).size + 1
      if (attested !== registry.attestationsNeeded(provider)) return []
      return contributed(
        provider,
        recordClass,
        registry.table(provider, recordClass, epoch)?.baseRowCount ?? 0,
      )
    }
    case 'points-closed':
      return reportingPenalties(rules, state, {
        period: entry.payload.period,
        at: entry.createdAt,
        reference,
      })
    case 'intent': {
      const required = queryPrice(rules, entry.payload.asked)
      const { price, isBought, intentId } = entry.payload
      if (!isBought) {
        checkPrice(price, required, state.balance(entry.author))
        return event('reserve', entry.author, required)
      }
      requirePrice(price, required)
      const reserved = state.registry.purchase(intentId)?.bought.price ?? required
      return event('refund', entry.author, reserved - required)
    }
    case 'intent-bought': {
      const required = queryPrice(rules, entry.payload.asked)
      checkPrice(entry.payload.price, required, state.balance(entry.author))
      return event('reserve', entry.author, required)
    }
    case 'intent-returned': {
      const purchase = state.registry.purchase(entry.payload.intentId)
      if (purchase === undefined) return fail('ERR_INTENT_FILL_IN', 'expected an intent bought in advance')
      return event('refund', entry.author, purchase.bought.price)
    }
    case 'ticket': {
      const { price } = entry.payload
      checkPrice(price, price, state.balance(entry.author))
      return event('reserve', entry.author, price)
    }
    case 'ticket-answered': {
      const { ticketId, outcome } = entry.payload
      const ticket = state.registry.policy.tickets.find(ticketId)
      if (ticket === undefined || !state.registry.isExact(ticket.author)) return []
      // One that changed nothing was for nothing; what never arrived is not its author's fault.
      const isSpent = outcome === 'upheld' || outcome === 'source-opened'
      return event(isSpent ? 'settle' : 'refund', ticket.author, ticket.price)
    }
    case 'joint-intent': {
      checkPrice(entry.payload.price, entry.payload.price, state.balance(entry.author))
      return event('reserve', entry.author, entry.payload.price)
    }
    case 'joint-outcome': {
      const price = state.registry.policy.joint.intent(entry.payload.intentId)?.intent.price ?? 0
      return event(entry.payload.missing === null ? 'settle' : 'refund', entry.author, price)
    }
    case 'outcome': {
      const recorded = state.registry.intent(entry.payload.intentId)
      if (recorded === undefined)
        return fail('ERR_LEDGER_OUTCOME_FOREIGN', 'expected the outcome of a recorded intent')
      // Only a refusal that the provider signed pays back: going silent, or being said to, pays nothing.
      const refused = entry.payload.results.filter(
        ({ status, receipt, code }) =>
          status === 'refused' && receipt !== null && code !== null && REFUNDABLE_REFUSALS.has(code),
      )
      const refund = queryPrice(rules, refused)
      return [
        ...event('settle', entry.author, recorded.intent.price - refund),
        ...event('refund', entry.author, refund),
      ]
    }
    case 'audit-failed': {
      const inquirer = inquiryOnRecord(state.registry, entry.payload.intentId)?.inquirer
      if (inquirer === undefined) {
        if (!state.registry.isExact(entry.author)) return []
        return fail('ERR_AUDIT_NOT_DUE', 'expected a finding on a recorded intent')
      }
      return penalty(state, inquirer, entry.payload.finding, event)
    }
    case 'ticket-expired': {
      const ticket = state.registry.policy.tickets.find(entry.payload.ticketId)
      if (ticket === undefined) {
        if (!state.registry.isExact(entry.author)) return []
        return fail('ERR_LEDGER_TICKET', 'expected the end of a recorded ticket')
      }
      const { author, addressee, price } = ticket
      const refund = state.registry.isExact(author) ? event('refund', author, price) : []
      // A party that is suspended cannot answer.
      const isActive = state.registry.member(addressee)?.status === 'active'
      return isActive ? [...refund, ...penalty(state, addressee, 'ticket-expired', event)] : refund
    }
    default:
      return []
  }
}

/** Nobody owes points: what a party has not is not taken. */
function penalty(
  state: PointsState,
  party: string,
  finding: Finding,
  event: (kind: PointsEventKind, party: string, amount: number) => PointsEvent[],
): PointsEvent[] {
  if (!state.registry.isExact(party)) return []
  const due = consequencesOf(state.registry.policy.audits.rules, finding).penalty
  return event('penalty', party, Math.min(due, state.balance(party).available))
}

/** What the period cost the firms that reported late or not at all; never more than a firm has available. Of firms whose points are known here. */
export function reportingPenalties(
  rules: PointsRules,
  state: Pick<PointsState, 'registry' | 'balance'>,
  { period, at, reference }: { readonly period: string; readonly at: number; readonly reference: string },
): PointsEvent[] {
  const { registry } = state
  const { first, last } = periodNamed(rules.period, period)
  const { reporting, calendar } = registry.policy
  return registry
    .members()
    .filter(({ role, status }) => role === 'firm' && status === 'active')
    .filter(({ partyId }) => registry.isExact(partyId))
    .map(({ partyId: party }): PointsEvent => {
      const { late, missing } = reporting.faults(calendar, party, first, last)
      const due = late * rules.reportingPenalty.late + missing * rules.reportingPenalty.missing
      const amount = Math.min(due, state.balance(party).available)
      return { id: `${reference}/penalty/${party}`, at, party, kind: 'penalty', amount, reference }
    })
    .filter(event => event.amount > 0)
}

function requirePrice(price: number, required: number): void {
  if (price !== required) {
    fail('ERR_POINTS_PRICE', `expected a price of ${required} points, found ${price}`, {
      details: { required },
    })
  }
}

function checkPrice(price: number, required: number, balance: PointsBalance): void {
  requirePrice(price, required)
  const { available } = balance
  if (available < required) {
    fail('ERR_POINTS_INSUFFICIENT', `expected ${required} available points, found ${available}`, {
      details: { required, available },
    })
  }
}
