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
export function checkTicket(registry: RegistryView, { author, payload }: EntryOf<'ticket'>): void {
  const { about, addressee, ticketId } = payload
  const { partyId } = registry.anchor.association
  const isPublisher = registry.currentTables().some(({ provider }) => provider === addressee)
  const isRouted = about === 'rows' ? addressee === partyId : isPublisher && addressee !== author
  if (!isRouted || registry.policy.tickets.find(ticketId) !== undefined) {
    fail('ERR_LEDGER_TICKET', 'expected a fresh ticket to a provider, or about rows to the association')
  }
}

export function checkTicketAnswered(registry: RegistryView, entry: EntryOf<'ticket-answered'>): void {
  const { ticketId, outcome, notice } = entry.payload
  const ticket = requireOpen(registry, ticketId)
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
  const { deadline } = requireOpen(registry, entry.payload.ticketId)
  if (entry.createdAt <= deadline) fail('ERR_LEDGER_TICKET', 'expected a ticket whose deadline has passed')
}

function requireOpen(registry: RegistryView, ticketId: Uint8Array): RecordedTicket {
  const ticket = registry.policy.tickets.find(ticketId)
  if (ticket?.state !== 'open') return fail('ERR_LEDGER_TICKET', 'expected a ticket that is open')
  return ticket
}
