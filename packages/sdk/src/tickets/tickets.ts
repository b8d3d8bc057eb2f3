import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import { chinaDateOf, saltedSourceDigest } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import type { TicketSubject } from '@mixun/ledger-adapter/ledger'
import { answerFromJson, type DefaultsAnswer } from '../check/answer.ts'
import type { Consortium } from '../consortium/consortium.ts'
import type { InquiryStore } from '../store/inquiries.ts'
import type { TicketStore } from '../store/tickets.ts'
import {
  MAX_TICKET_ITEMS,
  recordNotice,
  type TicketAnswer,
  type TicketContent,
  ticketCommitment,
  ticketContentCodec,
} from './messages.ts'
import { deliverTicket, fetchAnswer, TICKETS_PARAMETERS, TICKETS_PROTOCOL } from './protocol.ts'

/** A record of an answer that is disputed, or whose source is challenged. */
export interface DisputedRecord {
  readonly requestId: string
  /** Position in the answer's records, from 0. */
  readonly record: number
  readonly about: Exclude<TicketSubject, 'rows'>
  /** What the investor says; goes to the provider. */
  readonly statement?: string
}

/** A record that this firm read and that its provider has changed since. */
export interface Notice {
  readonly requestId: string
  readonly provider: string
  readonly outcome: string
}

/** Disputes 首问负责制 and challenges of one firm: opened where the investor asked first, routed to the provider. */
export class Tickets {
  readonly #consortium: Consortium
  readonly #store: TicketStore
  readonly #inquiries: InquiryStore
  readonly #random: RandomSource

  constructor(
    consortium: Consortium,
    store: TicketStore,
    inquiries: InquiryStore,
    random: RandomSource = systemRandom,
  ) {
    this.#consortium = consortium
    this.#store = store
    this.#inquiries = inquiries
    this.#random = random
  }

  /**
   * Opens a ticket on a record: on the ledger first, then to its provider, who learns of whom it is.
   *
   * @returns the ticket's id, hex; a delivery that failed is made up by {@link Tickets.deliver}
   * @throws ERR_INPUT_RANGE when there is no such record of another firm; ERR_TICKET_LIMIT, ERR_POINTS_INSUFFICIENT,
   * ERR_LEDGER_…, ERR_CHANNEL_…
   */
  async open({ requestId, record: position, about, statement }: DisputedRecord): Promise<string> {
    const record = this.#answer(requestId)?.records[position]
    if (record === undefined || record.reporter === this.#self) {
      return fail('ERR_INPUT_RANGE', 'expected a record of another firm in an answer of this home')
    }
    const { reporter: provider, class: className, sourceDigest } = record
    const items = [{ provider, class: className, sourceDigest, intentId: null, code: null }]
    return this.#file(about, provider, items, statement ?? null)
  }

  /**
   * Reports the rows of earlier days that did not open to the association, together: one at once would tell its provider
   * whom this firm asked about. Nothing is asked again.
   *
   * @returns the ticket's id, or null when there is nothing to report
   */
  async reportRows(now: number = Date.now()): Promise<string | null> {
    const items: TicketContent['items'] = []
    for (const { intentId, askedAt, answer } of this.#inquiries.answers()) {
      if (chinaDateOf(askedAt) >= chinaDateOf(now)) continue
      for (const { party, class: className, code } of answerFromJson(answer).missing) {
        const isNew = code === 'ERR_VERIFY_OPEN' && !this.#store.isReported(intentId, party, className)
        if (isNew && items.length < MAX_TICKET_ITEMS) {
          items.push({ provider: party, class: className, sourceDigest: null, intentId, code })
        }
      }
    }
    if (items.length === 0) return null
    const id = await this.#file('rows', this.#consortium.anchor.association.partyId, items, null)
    for (const { intentId, provider, class: className } of items) {
      this.#store.setReported(intentId as Uint8Array, provider, className)
    }
    return id
  }

  /** Hands the content of an own ticket to its addressee. @throws ERR_TICKET_UNKNOWN, ERR_PEER_REFUSED, ERR_CHANNEL_… */
  async deliver(ticketId: string): Promise<void> {
    const { ticket, content } = this.#own(ticketId)
    await this.#withSession(ticket.addressee, session => deliverTicket(session, content))
  }

  /**
   * Fetches the answer to an own ticket; an opened source is checked against the record.
   *
   * @returns null while there is none on record
   * @throws ERR_VERIFY_COMMITMENT when the source does not open as the record says: with the entry that commits to the
   * answer, evidence against the provider; ERR_TICKET_UNKNOWN, ERR_PEER_REFUSED, ERR_CHANNEL_…
   */
  async fetch(ticketId: string): Promise<TicketAnswer | null> {
    await this.#consortium.sync()
    const { ticket, content } = this.#own(ticketId)
    if (ticket.state !== 'answered') return null
    const { registry } = this.#consortium
    const { answer, bytes } = await this.#withSession(ticket.addressee, session =>
      fetchAnswer(session, registry, ticket),
    )
    this.#store.setAnswer(ticket.ticketId, bytes)
    if (answer.outcome === 'source-opened') {
      const claimed = ticketContentCodec.decode(content).items[0]?.sourceDigest
      const opened = answer.source && saltedSourceDigest(registry.anchor.suite, answer.source)
      if (claimed == null || opened === null || compareBytes(opened, claimed) !== 0) {
        fail('ERR_VERIFY_COMMITMENT', 'expected the opening of the source digest in the record')
      }
    }
    return answer
  }

  /** Which records of answers in this home their providers have corrected or withdrawn since, by ticket. */
  notices(): Notice[] {
    const { suite } = this.#consortium.registry.anchor
    const changed = new Map(
      this.#consortium.registry.policy.tickets.notices.map(
        ({ notice, outcome }) => [toHex(notice), outcome] as const,
      ),
    )
    if (changed.size === 0) return []
    return [...this.#inquiries.answers()].flatMap(({ requestId, answer }) =>
      answerFromJson(answer).records.flatMap(({ sourceDigest, reporter: provider }) => {
        const outcome = changed.get(toHex(recordNotice(suite, sourceDigest)))
        return outcome === undefined ? [] : [{ requestId, provider, outcome }]
      }),
    )
  }

  get #self(): string {
    return this.#consortium.home.identity.partyId
  }

  #answer(requestId: string): DefaultsAnswer | undefined {
    const stored = this.#inquiries.inquiryById(requestId)
    return stored?.answer == null ? undefined : answerFromJson(stored.answer)
  }

  async #file(
    about: TicketSubject,
    addressee: string,
    items: TicketContent['items'],
    statement: string | null,
  ): Promise<string> {
    const ticketId = this.#random.bytes(16)
    const nonce = this.#random.bytes(32)
    const content = ticketContentCodec.encode({ ticketId, about, nonce, items, statement })
    // Durable before it is on record: the addressee has a deadline from then on.
    this.#store.keep(ticketId, content)
    const commitment = ticketCommitment(this.#consortium.home.identity.suite, content)
    const { price } = this.#consortium.registry.policy.audits.rules.tickets
    await this.#consortium.append('ticket', { ticketId, about, addressee, commitment, price })
    await this.#consortium.sync()
    await this.deliver(toHex(ticketId))
    return toHex(ticketId)
  }

  #own(id: string) {
    const ticketId = /^[0-9a-f]{32}$/.test(id) ? fromHex(id) : new Uint8Array(0)
    const ticket = this.#consortium.registry.policy.tickets.find(ticketId)
    const content = this.#store.content(ticketId)
    if (ticket?.author !== this.#self || content === undefined) {
      return fail('ERR_TICKET_UNKNOWN', 'this home opened no ticket with this id')
    }
    return { ticket, content }
  }

  async #withSession<T>(
    party: string,
    use: (session: Awaited<ReturnType<Consortium['openSession']>>) => Promise<T>,
  ): Promise<T> {
    const session = await this.#consortium.openSession(party, {
      protocol: TICKETS_PROTOCOL,
      parameters: TICKETS_PARAMETERS,
    })
    try {
      const result = await use(session)
      await session.close()
      return result
    } catch (error) {
      session.abort()
      throw error
    }
  }
}
