import { describe, expect, it } from 'vitest'
import { i2osp } from '../../bytes/index.ts'
import { expectCode } from '../../testing/index.ts'
import { InitiatorTickets, ResponderTickets } from './index.ts'
import { MAX_TICKETS, MAX_TICKETS_PER_PARTY, TICKET_LIFE_MS, TICKET_USES } from './params.ts'
import type { NewTicket, Ticket } from './tickets.ts'

function ticket(number: number, partyId = 'firm-b', publicKey = Uint8Array.of(1)): NewTicket {
  return { id: i2osp(number, 16), secret: new Uint8Array(32).fill(7), peer: { partyId, publicKey } }
}

const FIRM_B = ticket(0).peer

describe('tickets of an initiator', () => {
  it('give each use a number of its own, as many as there may be', () => {
    const tickets = new InitiatorTickets()
    tickets.put(ticket(1), 0)
    for (let use = 0; use < TICKET_USES; use++) expect(tickets.take(FIRM_B, 1)?.use).toBe(use)
    expect(tickets.take(FIRM_B, 1)).toBeUndefined()
  })

  it('end with their life, with a key that changed, and when they are dropped; the secret is wiped', () => {
    const gone = new Uint8Array(32)
    const tickets = new InitiatorTickets()
    for (const end of [
      () => tickets.take(FIRM_B, TICKET_LIFE_MS),
      () => tickets.take({ ...FIRM_B, publicKey: Uint8Array.of(2) }, 1),
      () => tickets.drop('firm-b', i2osp(1, 16)),
      () => void tickets.sweep(TICKET_LIFE_MS),
      () => void tickets.put(ticket(2), TICKET_LIFE_MS),
    ]) {
      const kept = ticket(1)
      tickets.put(kept, 0)
      expect(tickets.take(FIRM_B, TICKET_LIFE_MS - 1)?.ticket.id).toEqual(kept.id)
      expect(end()).toBeUndefined()
      expect(kept.secret).toEqual(gone)
    }
    tickets.drop('firm-b', i2osp(1, 16))
    expect(tickets.take(FIRM_B, TICKET_LIFE_MS)?.ticket.id).toEqual(i2osp(2, 16))
  })

  it('are bounded: the one that was not used longest goes', () => {
    const tickets = new InitiatorTickets()
    for (let i = 0; i < MAX_TICKETS; i++) tickets.put(ticket(i, `firm-${i}`), 0)
    tickets.take(ticket(0, 'firm-0').peer, 0)
    tickets.put(ticket(0, 'firm-new'), 0)
    expect(tickets.sweep(0)).toBe(MAX_TICKETS)
    expect(tickets.take(ticket(0, 'firm-0').peer, 0)).toBeDefined()
    expect(tickets.take(ticket(1, 'firm-1').peer, 0)).toBeUndefined()
  })
})

describe('tickets of a responder', () => {
  it('take each number once, in any order', () => {
    const tickets = new ResponderTickets()
    tickets.put(ticket(1), 0)
    const found = tickets.find(i2osp(1, 16), 0) as Ticket
    for (const use of [0, 65_535, 7, 8, 1]) tickets.use(found, use)
    for (const use of [0, 65_535, 7, 8, 1]) {
      expectCode('ERR_SESSION_REPLAYED', () => tickets.use(found, use))
    }
    tickets.use(found, 2)
  })

  it('end with their life; the secret is wiped', () => {
    const tickets = new ResponderTickets()
    const [first, second] = [ticket(1), ticket(2)]
    tickets.put(first, 0)
    tickets.put(second, 0)
    expect(tickets.find(first.id, TICKET_LIFE_MS - 1)).toBeDefined()
    expect(tickets.find(first.id, TICKET_LIFE_MS)).toBeUndefined()
    expect(tickets.sweep(TICKET_LIFE_MS)).toBe(0)
    for (const { secret } of [first, second]) expect(secret).toEqual(new Uint8Array(32))
  })

  it('are bounded, of one party too: nobody pushes the tickets of others out', () => {
    const tickets = new ResponderTickets()
    tickets.put(ticket(0, 'firm-c'), 0)
    for (let i = 1; i <= MAX_TICKETS; i++) tickets.put(ticket(i), 0)
    expect(tickets.sweep(0)).toBe(1 + MAX_TICKETS_PER_PARTY)
    expect(tickets.find(i2osp(0, 16), 0)).toBeDefined()
    expect(tickets.find(i2osp(MAX_TICKETS - MAX_TICKETS_PER_PARTY, 16), 0)).toBeUndefined()
    for (let i = 0; i < MAX_TICKETS; i++) tickets.put(ticket(10_000 + i, `firm-${i}`), 0)
    expect(tickets.sweep(0)).toBe(MAX_TICKETS)
  })
})
