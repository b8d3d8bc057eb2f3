import { toHex } from '@mixun/core/bytes'
import type { TypedEntry } from '../ledger/payloads.ts'
import type { TicketOutcome, TicketSubject } from '../ledger/payloads/tickets.ts'

const HOUR_MS = 3_600_000

/** A ticket as the ledger has it. */
export interface RecordedTicket {
  readonly ticketId: Uint8Array
  readonly about: TicketSubject
  readonly author: string
  readonly addressee: string
  readonly commitment: Uint8Array
  /** Unix milliseconds. */
  readonly deadline: number
  readonly state: 'open' | 'answered' | 'expired'
  readonly outcome: TicketOutcome | null
  readonly answerDigest: Uint8Array | null
  readonly notice: Uint8Array | null
}

/** The fold of tickets, their answers and their ends. */
export class Tickets {
  readonly #tickets = new Map<string, RecordedTicket>()

  find(ticketId: Uint8Array): RecordedTicket | undefined {
    return this.#tickets.get(toHex(ticketId))
  }

  /** All tickets, oldest first. */
  all(): RecordedTicket[] {
    return [...this.#tickets.values()]
  }

  /** @param answerHours of the audit rules as they stand at the entry */
  apply(entry: TypedEntry, answerHours: number): void {
    if (entry.kind === 'ticket') {
      const { author, createdAt, payload } = entry
      const none = { outcome: null, answerDigest: null, notice: null }
      const deadline = createdAt + answerHours * HOUR_MS
      this.#tickets.set(toHex(payload.ticketId), { ...payload, author, deadline, state: 'open', ...none })
    } else if (entry.kind === 'ticket-answered') {
      this.#change(entry.payload.ticketId, { ...entry.payload, state: 'answered' })
    } else if (entry.kind === 'ticket-expired') {
      this.#change(entry.payload.ticketId, { state: 'expired' })
    }
  }

  #change(ticketId: Uint8Array, changes: Partial<RecordedTicket>): void {
    const key = toHex(ticketId)
    this.#tickets.set(key, { ...(this.#tickets.get(key) as RecordedTicket), ...changes })
  }
}
