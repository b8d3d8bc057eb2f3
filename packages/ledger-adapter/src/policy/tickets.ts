import { toHex } from '@mixun/core/bytes'
import { chinaDateOf, type IsoDate } from '@mixun/core/domain'
import type { MemberPayload, TypedEntry } from '../ledger/payloads.ts'
import type { TicketOutcome, TicketSubject } from '../ledger/payloads/tickets.ts'

const HOUR_MS = 3_600_000

/** A ticket as the ledger has it. */
export interface RecordedTicket {
  readonly ticketId: Uint8Array
  readonly about: TicketSubject
  readonly author: string
  readonly addressee: string
  readonly commitment: Uint8Array
  /** Whole points that it reserved. */
  readonly price: number
  /** Unix milliseconds. */
  readonly deadline: number
  readonly state: 'open' | 'answered' | 'expired'
  readonly outcome: TicketOutcome | null
  readonly answerDigest: Uint8Array | null
  readonly notice: Uint8Array | null
}

/** That a record was changed, for who has read it. */
export interface RecordedNotice {
  readonly notice: Uint8Array
  readonly outcome: TicketOutcome
}

/** The fold of tickets, their answers and their ends; of others' tickets a member sees the answers and notices alone. */
export class Tickets {
  readonly #tickets = new Map<string, RecordedTicket>()
  readonly #notices: RecordedNotice[] = []
  /** Tickets by author and day in China. */
  readonly #counts = new Map<string, number>()
  /** Ids of tickets that an answer or an end closed, also those that are sealed to others. */
  readonly #closed = new Set<string>()
  readonly #suspended = new Set<string>()

  find(ticketId: Uint8Array): RecordedTicket | undefined {
    return this.#tickets.get(toHex(ticketId))
  }

  /** All tickets, oldest first. */
  all(): RecordedTicket[] {
    return [...this.#tickets.values()]
  }

  /** What all tickets left for those who read a record that was changed. */
  get notices(): readonly RecordedNotice[] {
    return this.#notices
  }

  /** How many tickets a firm opened on a day in China, as far as they can be read here. */
  openedOn(author: string, day: IsoDate): number {
    return this.#counts.get(`${author}/${day}`) ?? 0
  }

  /** Whether an answer or an end of the ticket is on record. */
  isClosed(ticketId: Uint8Array): boolean {
    return this.#closed.has(toHex(ticketId))
  }

  /** @param answerHours of the audit rules as they stand at the entry */
  apply(entry: TypedEntry, answerHours: number): void {
    if (entry.kind === 'ticket') {
      const { author, createdAt, payload } = entry
      const none = { outcome: null, answerDigest: null, notice: null }
      const deadline = createdAt + answerHours * HOUR_MS
      this.#tickets.set(toHex(payload.ticketId), { ...payload, author, deadline, state: 'open', ...none })
      const day = `${author}/${chinaDateOf(createdAt)}`
      this.#counts.set(day, (this.#counts.get(day) ?? 0) + 1)
    } else if (entry.kind === 'ticket-answered') {
      const { notice, outcome } = entry.payload
      if (notice !== null) this.#notices.push({ notice, outcome })
      this.#change(entry.payload.ticketId, { ...entry.payload, state: 'answered' })
    } else if (entry.kind === 'ticket-expired') {
      this.#change(entry.payload.ticketId, { state: 'expired' })
    } else if (entry.kind === 'member') {
      this.#takeMember(entry.payload, entry.createdAt + answerHours * HOUR_MS)
    }
  }

  #change(ticketId: Uint8Array, changes: Partial<RecordedTicket>): void {
    const key = toHex(ticketId)
    this.#closed.add(key)
    const ticket = this.#tickets.get(key)
    if (ticket !== undefined) this.#tickets.set(key, { ...ticket, ...changes })
  }

  /** One that was suspended could not answer: once it is back it has the whole time again. */
  #takeMember({ partyId, status }: MemberPayload, deadline: number): void {
    if (status !== 'active') {
      this.#suspended.add(partyId)
    } else if (this.#suspended.delete(partyId)) {
      for (const [key, ticket] of this.#tickets) {
        const isWaiting = ticket.addressee === partyId && ticket.state === 'open'
        if (isWaiting) this.#tickets.set(key, { ...ticket, deadline })
      }
    }
  }
}
