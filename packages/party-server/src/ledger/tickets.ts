import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import type { SourceOpening } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import { signEntry, type TicketOutcome } from '@mixun/ledger-adapter/ledger'
import { consequencesOf, type RecordedTicket } from '@mixun/ledger-adapter/policy'
import type { Home } from '@mixun/sdk/home'
import { recordNotice, ticketAnswerCodec, ticketAnswerDigest, ticketContentCodec } from '@mixun/sdk/tickets'
import { openAssociationLedger } from '../association/ledger.ts'
import { openBatches, openTicketStore } from '../stores/open.ts'
import { openLedgerAccess } from './access.ts'

/** An answer as its operator gives it. */
export interface TicketReply {
  readonly outcome: TicketOutcome
  /** What the author is told. */
  readonly statement?: string
}

/**
 * Answers a ticket that is addressed to this party: the answer is durable here, then its digest on the ledger; the author
 * fetches it. A challenged source is opened from the own store.
 *
 * @returns the index of the entry
 * @throws ERR_TICKET_UNKNOWN, ERR_LEDGER_TICKET, ERR_CHANNEL_…
 */
export async function answerTicket(home: Home, ticketId: Uint8Array, reply: TicketReply): Promise<number> {
  const { partyId: self, suite } = home.identity
  using store = openTicketStore(home)
  await using access = await openLedgerAccess(home)
  const ticket = access.registry.policy.tickets.find(ticketId)
  const content = store.content(ticketId)
  const isLost = reply.outcome === 'not-delivered'
  if (ticket?.addressee !== self || (content === undefined) !== isLost) {
    return fail(
      'ERR_TICKET_UNKNOWN',
      'expected a ticket to this party; its content is here unless it was not delivered',
    )
  }
  const sourceDigest = content && ticketContentCodec.decode(content).items[0]?.sourceDigest
  const { outcome } = reply
  const source = outcome === 'source-opened' ? findSource(home, sourceDigest) : null
  const isChange = outcome === 'corrected' || outcome === 'withdrawn'
  const notice = isChange && sourceDigest != null ? recordNotice(suite, sourceDigest) : null
  const nonce = systemRandom.bytes(32)
  const statement = reply.statement ?? null
  const answer = ticketAnswerCodec.encode({ ticketId, outcome, nonce, source, statement })
  store.setAnswer(ticketId, answer)
  const payload = { ticketId, outcome, answerDigest: ticketAnswerDigest(suite, answer), notice }
  const entry = signEntry(home.identity, access.registry.anchor, 'ticket-answered', payload)
  return (await access.ledger.append(entry)).receipt.index
}

/** How the source digest of one of our records opens. @throws ERR_TICKET_UNKNOWN when no record here has it */
function findSource(home: Home, sourceDigest: Uint8Array | null | undefined): SourceOpening {
  using batches = openBatches(home)
  for (const { record, source } of batches.stored()) {
    if (sourceDigest != null && compareBytes(record.sourceDigest, sourceDigest) === 0) return source
  }
  return fail('ERR_TICKET_UNKNOWN', 'no record of this home has the challenged source digest')
}

/** A ticket with what this party knows of it. */
export interface TicketLine {
  readonly ticketId: string
  readonly about: string
  readonly author: string
  readonly addressee: string
  readonly state: string
  readonly outcome: string | null
  /** Unix milliseconds. */
  readonly deadline: number
  readonly isOverdue: boolean
  /** What was said, where this party has it. */
  readonly statement: string | null
  readonly answer: string | null
  readonly items: readonly {
    readonly provider: string
    readonly class: string
    readonly record: string | null
  }[]
}

/** The tickets of this party: opened or received; the association's, all. */
export async function listTickets(home: Home, now: number): Promise<TicketLine[]> {
  using store = openTicketStore(home)
  await using access = await openLedgerAccess(home)
  const { partyId: self } = home.identity
  const isAssociation = home.config.party.role === 'association'
  const tickets = access.registry.policy.tickets.all()
  return tickets
    .filter(({ author, addressee }) => isAssociation || author === self || addressee === self)
    .map(ticket => {
      const content = store.content(ticket.ticketId)
      const said = content && ticketContentCodec.decode(content)
      const answer = store.answer(ticket.ticketId)
      return {
        ...lineOf(ticket, now),
        statement: said?.statement ?? null,
        answer: (answer && ticketAnswerCodec.decode(answer).statement) ?? null,
        items: (said?.items ?? []).map(item => ({
          provider: item.provider,
          class: item.class,
          record: item.sourceDigest === null ? null : toHex(item.sourceDigest),
        })),
      }
    })
}

function lineOf(
  { ticketId, about, author, addressee, state, outcome, deadline }: RecordedTicket,
  now: number,
) {
  const isOverdue = state === 'open' && now > deadline
  return { ticketId: toHex(ticketId), about, author, addressee, state, outcome, deadline, isOverdue }
}

/** Ends what was not answered by its deadline, as the association. @returns the tickets and what their ends cost */
export async function closeTickets(
  home: Home,
  now: number,
): Promise<{ readonly ticketId: string; readonly addressee: string; readonly penalty: number }[]> {
  const ledger = openAssociationLedger(home, { now: () => now })
  try {
    const { registry } = ledger
    const overdue = registry.policy.tickets.all().filter(ticket => lineOf(ticket, now).isOverdue)
    for (const { ticketId } of overdue) {
      await ledger.append(
        signEntry(home.identity, registry.anchor, 'ticket-expired', { ticketId }, { now: () => now }),
      )
    }
    const { penalty } = consequencesOf(registry.policy.audits.rules, 'ticket-expired')
    // A party that is suspended could not answer.
    const isActive = (party: string) => registry.member(party)?.status === 'active'
    return overdue.map(({ ticketId, addressee }) => ({
      ticketId: toHex(ticketId),
      addressee,
      penalty: isActive(addressee) ? penalty : 0,
    }))
  } finally {
    await ledger.close()
  }
}

/** @throws ERR_TICKET_UNKNOWN */
export function requireTicketId(text: string | undefined): Uint8Array {
  if (text === undefined || !/^[0-9a-f]{32}$/.test(text)) {
    return fail('ERR_TICKET_UNKNOWN', 'expected the id of a ticket, 32 hexadecimal digits')
  }
  return fromHex(text)
}
