import { chinaDateOf } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { RecordedTicket } from '../../policy/tickets.ts'
import type { EntryOf } from '../payloads.ts'
import type { TicketOutcome, TicketSubject } from '../payloads/tickets.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'

const OUTCOMES: Readonly<Record<TicketSubject, readonly TicketOutcome[]>> = {
  source: ['source-opened', 'corrected', 'withdrawn', 'not-delivered'],
  record: ['upheld', 'corrected', 'withdrawn', 'not-delivered'],
  rows: ['received', 'not-delivered'],
}

/** Records are disputed with their providers, rows that do not open with the association. */
export function checkTicket(registry: RegistryView, { author, createdAt, payload }: EntryOf<'ticket'>): void {
  const { about, addressee, ticketId } = payload
  const { partyId } = registry.anchor.association
  const isPublisher = registry.currentTables().some(({ provider }) => provider === addressee)
  const isRouted = about === 'rows' ? addressee === partyId : isPublisher && addressee !== author
  const { audits, tickets } = registry.policy
  if (!isRouted || tickets.find(ticketId) !== undefined || tickets.isClosed(ticketId)) {
    fail('ERR_LEDGER_TICKET', 'expected a fresh ticket to a provider, or about rows to the association')
  }
  const { perDay, price } = audits.rules.tickets
  // Of others a member sees those alone that are for it.
  if (registry.isExact(author) && tickets.openedOn(author, chinaDateOf(createdAt)) >= perDay) {
    fail('ERR_TICKET_LIMIT', `${author} has opened ${perDay} tickets today`, { details: { perDay } })
  }
  if (payload.price !== price) {
    fail('ERR_POINTS_PRICE', `expected a price of ${price} points, found ${payload.price}`, {
      details: { required: price },
    })
  }
}

export function checkTicketAnswered(registry: RegistryView, entry: EntryOf<'ticket-answered'>): void {
  const { ticketId, outcome, notice } = entry.payload
  const ticket = requireOpen(registry, entry.author, ticketId)
  if (ticket === null) return
  const isChange = outcome === 'corrected' || outcome === 'withdrawn'
  const fits = OUTCOMES[ticket.about].includes(outcome) && isChange === (notice !== null)
  if (ticket.addressee !== entry.author || !fits) {
    fail(
      'ERR_LEDGER_TICKET',
      `expected an answer of ${ticket.addressee} that fits a ticket about ${ticket.about}`,
    )
  }
}

export function checkTicketExpired(registry: RegistryView, entry: EntryOf<'ticket-expired'>): void {
  requireAssociation(registry, entry.author)
  const ticket = requireOpen(registry, entry.author, entry.payload.ticketId)
  if (ticket !== null && entry.createdAt <= ticket.deadline)
    fail('ERR_LEDGER_TICKET', 'expected a ticket whose deadline has passed')
}

/** Null where it is sealed to others, who see that it ends once. @throws ERR_LEDGER_TICKET */
function requireOpen(registry: RegistryView, author: string, ticketId: Uint8Array): RecordedTicket | null {
  const { tickets } = registry.policy
  const ticket = tickets.find(ticketId)
  if (ticket === undefined && !tickets.isClosed(ticketId) && !registry.isExact(author)) return null
  if (ticket?.state !== 'open') return fail('ERR_LEDGER_TICKET', 'expected a ticket that is open')
  return ticket
}
