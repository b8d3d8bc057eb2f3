import { compareBytes, toHex, wipe } from '../../bytes/index.ts'
import { fail } from '../../errors/index.ts'
import type { Peer } from '../../session/identity.ts'
import { MAX_TICKETS, MAX_TICKETS_PER_PARTY, TICKET_LIFE_MS, TICKET_USES } from './params.ts'

/** What a full handshake leaves for later channels between the same two parties. Held in memory only. */
export interface Ticket {
  readonly id: Uint8Array
  readonly secret: Uint8Array
  readonly peer: Peer
  /** On the clock of the caller, in milliseconds. */
  readonly expiresAt: number
}

/** One use of a ticket by its initiator: no number comes twice. */
export interface TicketUse {
  readonly ticket: Ticket
  readonly use: number
}

export type NewTicket = Omit<Ticket, 'expiresAt'>

/** Tickets of an initiator: the last one of each peer. */
export class InitiatorTickets {
  readonly #tickets = new Map<string, Ticket & { uses: number }>()

  put(ticket: NewTicket, now: number): void {
    const { partyId } = ticket.peer
    this.drop(partyId)
    if (this.#tickets.size >= MAX_TICKETS) this.drop(this.#tickets.keys().next().value as string)
    this.#tickets.set(partyId, { ...ticket, expiresAt: now + TICKET_LIFE_MS, uses: 0 })
  }

  /** Takes the next use of the ticket for `peer`, if there is one for this very key. */
  take(peer: Peer, now: number): TicketUse | undefined {
    const ticket = this.#tickets.get(peer.partyId)
    if (ticket === undefined) return undefined
    const isUsable = now < ticket.expiresAt && ticket.uses < TICKET_USES
    if (!isUsable || compareBytes(ticket.peer.publicKey, peer.publicKey) !== 0) {
      this.drop(peer.partyId)
      return undefined
    }
    this.#tickets.delete(peer.partyId)
    this.#tickets.set(peer.partyId, ticket)
    return { ticket, use: ticket.uses++ }
  }

  /** Forgets the ticket of a peer; with `id` only if it is still this one. */
  drop(partyId: string, id?: Uint8Array): void {
    const ticket = this.#tickets.get(partyId)
    if (ticket === undefined || (id !== undefined && compareBytes(ticket.id, id) !== 0)) return
    this.#tickets.delete(partyId)
    wipe(ticket.secret)
  }

  /** Wipes what expired. Returns how many are left. */
  sweep(now: number): number {
    for (const [partyId, { expiresAt }] of this.#tickets) if (expiresAt <= now) this.drop(partyId)
    return this.#tickets.size
  }
}

interface Kept extends Ticket {
  /** One bit a use: an exact replay cache for the whole life of the secret, 8 KiB. */
  readonly used: Uint8Array
}

/** Tickets that a responder honours. */
export class ResponderTickets {
  readonly #tickets = new Map<string, Kept>()

  put(ticket: NewTicket, now: number): void {
    const { partyId } = ticket.peer
    const ofParty = [...this.#tickets].filter(([, kept]) => kept.peer.partyId === partyId)
    const [oldest] = ofParty.length >= MAX_TICKETS_PER_PARTY ? ofParty : this.#tickets
    if (
      oldest !== undefined &&
      (ofParty.length >= MAX_TICKETS_PER_PARTY || this.#tickets.size >= MAX_TICKETS)
    ) {
      this.#drop(oldest[0])
    }
    const used = new Uint8Array(TICKET_USES / 8)
    this.#tickets.set(toHex(ticket.id), { ...ticket, expiresAt: now + TICKET_LIFE_MS, used })
  }

  find(id: Uint8Array, now: number): Ticket | undefined {
    const key = toHex(id)
    const ticket = this.#tickets.get(key)
    if (ticket === undefined) return undefined
    if (ticket.expiresAt <= now) {
      this.#drop(key)
      return undefined
    }
    this.#tickets.delete(key)
    this.#tickets.set(key, ticket)
    return ticket
  }

  /** Marks a use. Call it once the opening is authentic, so that nobody else uses a number up. @throws ERR_SESSION_REPLAYED */
  use(ticket: Ticket, use: number): void {
    const { used } = ticket as Kept
    const bit = 1 << (use & 7)
    const byte = used[use >> 3] as number
    if ((byte & bit) !== 0)
      fail('ERR_SESSION_REPLAYED', 'expected a resumed channel that was not opened before')
    used[use >> 3] = byte | bit
  }

  /** Wipes what expired. Returns how many are left. */
  sweep(now: number): number {
    for (const [key, { expiresAt }] of this.#tickets) if (expiresAt <= now) this.#drop(key)
    return this.#tickets.size
  }

  #drop(key: string): void {
    const ticket = this.#tickets.get(key)
    this.#tickets.delete(key)
    if (ticket !== undefined) wipe(ticket.secret)
  }
}
