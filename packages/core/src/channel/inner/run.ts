/**
 * The inner channel of suite `sm`: confidentiality and authenticity of frames by Chinese commercial cryptography alone,
 * whatever the transport below (TLS, memory) is worth. Both parties know each other's id and identity key beforehand.
 *
 *     initiator A                                     responder B
 *
 *     first channel:      opening(ids, R_A)     ──►
 *                                               ◄──   answer(R_B, S_B)
 *                         S_A, record 0         ──►
 *     later channels:     ticket, use, nonce_A, record 0, record 1 …   ──►
 *                                               ◄──   nonce_B, record 0 …        or: unknown, and A starts with an opening
 *
 * Source: the exchange, the checks of its steps and both confirmations of GB/T 32918.3-2016 section 6.2 (its arithmetic
 * is `sm/agreement.ts`), with the party ids as user ids in Z. Key schedule after the idea of RFC 8446 section 7.1, over
 * HKDF with HMAC-SM3. Resumption after its section 2.2 (a secret of an earlier handshake, no new agreement) and 2.3 (the
 * first records go out at once); where RFC 8446 section 8 leaves replay to windows and caches, each use has a number and
 * the responder a bit for it. Records are SM4-CTR with HMAC-SM3, not the record layer of GB/T 38636 (TLCP).
 *
 * Adversary: active, owns the transport, may be a member himself. What holds then:
 * - Both sides have the same peer, keys and frames in order; an end without `close` is ERR_CHANNEL_TRUNCATED.
 * - Forward secrecy: a full handshake stays secret when both identity keys leak later. A resumed channel stays secret
 *   unless the ticket's secret leaks as well, which lies in memory, on either side, for ten minutes at most.
 * - A replayed opening of a resumed channel is ERR_SESSION_REPLAYED. Where the initiator is told `unknown` falsely, its
 *   frames may reach the responder in a second channel: the session's replay guard refuses the repeated hello.
 *
 * What leaks: lengths, times, and in an opening both ids. Not constant time: what `sm/agreement.ts` says of its
 * arithmetic. The identity key also signs; the standards have no proof for that, Z and labels keep the two uses apart.
 */
import { fail, MixunError, mixunError } from '../../errors/index.ts'
import type { RandomSource } from '../../random/index.ts'
import type { Identity, Peer } from '../../session/identity.ts'
import type { Channel } from '../channel.ts'
import { encodeUnknown, isInnerFrame } from './codec.ts'
import { acceptAnswer, confirm, frameOf, open, type ResumingState, resume } from './initiator.ts'
import { InnerKind, RecordType } from './messages.ts'
import { HELD_BYTES, HELD_RECORDS } from './params.ts'
import type { Record, RecordOpener, RecordSealer } from './records.ts'
import { acceptResumed, answer, complete, type ResponderParties } from './responder.ts'
import type { InitiatorTickets, NewTicket, ResponderTickets } from './tickets.ts'

const EMPTY = new Uint8Array(0)

/** Records between two parties, one call each way at a time; what an inner channel is made of. */
export interface Link {
  /** The handshake; rejects with what ended it. */
  readonly ready: Promise<void>
  /** Seals and sends, in the order of the calls. */
  write(type: RecordType, payload: Uint8Array): Promise<void>
  read(): Promise<Record>
  /** Forgets the keys. */
  wipe(): void
}

export interface InitiatorOptions {
  readonly identity: Identity
  readonly peer: Peer
  readonly tickets: InitiatorTickets
  readonly random: RandomSource
  readonly now: () => number
  /** What a frame says that comes instead of an answer to `opening`. */
  readonly explain: (frame: Uint8Array, opening: Uint8Array) => unknown
}

/** A resumption that nobody answered yet, and what went out with it. */
interface Held {
  readonly records: Record[]
  bytes: number
  readonly state: ResumingState
  readonly ticketId: Uint8Array
}

/** Starts a full handshake at once, unless a ticket for the peer lets the first record go out with the resumption. */
export class InitiatorLink implements Link {
  readonly #transport: Channel
  readonly #options: InitiatorOptions
  #ready: Promise<void> | null = null
  /** A resumption that nobody answered yet: what is sent again if the responder does not know the ticket. */
  #held: Held | null = null
  #sealer: RecordSealer | null = null
  #opener: RecordOpener | null = null
  /** Stands before the next record. */
  #prefix: Uint8Array | null = null
  /** Records that wait for the handshake. */
  #waiting = 0
  /** The last frame that a responder may have refused. */
  #opening: Uint8Array = EMPTY
  #first: Record | null = null
  /** Kept once the responder's first record proved that it holds the same secret. */
  #newTicket: NewTicket | null = null

  constructor(transport: Channel, options: InitiatorOptions) {
    this.#transport = transport
    this.#options = options
    const { identity, peer, tickets, random } = options
    const use = tickets.take(peer, options.now())
    if (use === undefined) {
      this.#start(this.#agreeAndConfirm())
      return
    }
    const { state, sealer, message } = resume(identity.suite, use, random)
    this.#held = { records: [], bytes: 0, state, ticketId: use.ticket.id }
    this.#sealer = sealer
    this.#prefix = message
    // The first record takes the resumption along; an initiator that only waits has to speak all the same.
    setImmediate(() => void this.ready.catch(() => {}))
  }

  get ready(): Promise<void> {
    return this.#ready ?? this.#speak()
  }

  async write(type: RecordType, payload: Uint8Array): Promise<void> {
    const held = this.#held
    const hasRoom =
      held !== null &&
      held.records.length < HELD_RECORDS &&
      (held.bytes === 0 || held.bytes + payload.length <= HELD_BYTES)
    if (!hasRoom) {
      this.#waiting++
      await this.ready
      return this.#emit(type, payload)
    }
    held.records.push({ type, payload })
    held.bytes += payload.length
    const sent = this.#emit(type, payload)
    if (this.#ready === null) this.#start(this.#awaitAccept(held))
    await sent
  }

  async read(): Promise<Record> {
    await this.ready
    const first = this.#first
    this.#first = null
    if (first !== null) return first
    const record = (this.#opener as RecordOpener).open(await receiveRecord(this.#transport))
    const { tickets, now } = this.#options
    if (this.#newTicket !== null) tickets.put(this.#newTicket, now())
    this.#newTicket = null
    return record
  }

  wipe(): void {
    this.#sealer?.wipe()
    this.#opener?.wipe()
  }

  /** Opens a resumed channel in which the initiator waits before it speaks. */
  async #speak(): Promise<void> {
    await this.write(RecordType.start, EMPTY)
    await this.#ready
  }

  #start(handshake: Promise<void>): void {
    this.#ready = handshake
    // Whoever reads or writes next hears of it.
    handshake.catch(() => {})
  }

  async #agree(): Promise<void> {
    const { identity, peer, random } = this.#options
    const { state, message } = open(identity, peer, random)
    this.#opening = message
    await this.#transport.send(message)
    const { keys, ticket, message: confirmed } = confirm(state, await this.#receive(InnerKind.answer))
    this.#sealer = keys.sealer
    this.#opener = keys.opener
    this.#newTicket = ticket
    this.#prefix = confirmed
  }

  /** S_A goes with the first record; the responder waits for it, so it goes even if there is none yet. */
  async #agreeAndConfirm(): Promise<void> {
    await this.#agree()
    if (this.#waiting === 0) await this.#emit(RecordType.start, EMPTY)
  }

  async #awaitAccept(held: Held): Promise<void> {
    const { tickets, peer } = this.#options
    try {
      const frame = await this.#receive(InnerKind.accepted, InnerKind.unknown)
      this.#held = null
      if (frame[0] === InnerKind.accepted) {
        const { opener, first } = acceptAnswer(held.state, frame)
        this.#opener = opener
        this.#first = first
        return
      }
    } catch (error) {
      this.#held = null
      tickets.drop(peer.partyId, held.ticketId)
      throw error
    }
    tickets.drop(peer.partyId, held.ticketId)
    this.#sealer?.wipe()
    await this.#agree()
    for (const { type, payload } of held.records) await this.#emit(type, payload)
  }

  /** The next frame of the handshake. @throws what `explain` makes of another */
  async #receive(...kinds: readonly InnerKind[]): Promise<Uint8Array> {
    const frame = await this.#transport.receive()
    if (!kinds.includes(frame[0] as InnerKind)) throw this.#options.explain(frame, this.#opening)
    return frame
  }

  /** Seals and hands over at once, so that records leave in the order of their numbers. */
  #emit(type: RecordType, payload: Uint8Array): Promise<void> {
    const frame = frameOf(this.#prefix, (this.#sealer as RecordSealer).seal(type, payload))
    if (this.#held !== null && this.#prefix !== null) this.#opening = frame
    this.#prefix = null
    return this.#transport.send(frame)
  }
}

export interface ResponderOptions extends Omit<ResponderParties, 'transportName'> {
  readonly tickets: ResponderTickets
  readonly random: RandomSource
  readonly now: () => number
}

/** Waits for the initiator at once. `ready` resolves when its first record was authentic. */
export class ResponderLink implements Link {
  readonly ready: Promise<void>
  readonly #transport: Channel
  readonly #options: ResponderOptions
  #peer: Peer | null = null
  #sealer: RecordSealer | null = null
  #opener: RecordOpener | null = null
  #prefix: Uint8Array | null = null
  #first: Record | null = null
  #opening: Uint8Array = EMPTY

  constructor(transport: Channel, options: ResponderOptions) {
    this.#transport = transport
    this.#options = options
    this.ready = this.#accept()
    this.ready.catch(() => {})
  }

  /** The authenticated party; null before `ready`. */
  get peer(): Peer | null {
    return this.#peer
  }

  /** The frame that opened the channel, or should have; empty before it came. A refusal is bound to it. */
  get opening(): Uint8Array {
    return this.#opening
  }

  async write(type: RecordType, payload: Uint8Array): Promise<void> {
    await this.ready
    await this.#emit(type, payload)
  }

  async read(): Promise<Record> {
    await this.ready
    const first = this.#first
    this.#first = null
    if (first !== null) return first
    // An initiator holds what it sent until it hears that the ticket is known.
    if (this.#prefix !== null) await this.#emit(RecordType.start, EMPTY)
    return (this.#opener as RecordOpener).open(await receiveRecord(this.#transport))
  }

  wipe(): void {
    this.#sealer?.wipe()
    this.#opener?.wipe()
  }

  async #accept(): Promise<void> {
    const { tickets, random, now } = this.#options
    const parties = { ...this.#options, transportName: this.#transport.peerName }
    let frame = await this.#receive()
    if (!isInnerFrame(frame)) fail('ERR_SESSION_SUITE', 'expected the opening of an inner channel')
    if (frame[0] === InnerKind.resumed) {
      const resumed = acceptResumed(parties, tickets, frame, random, now())
      if (resumed !== undefined) {
        this.#prefix = resumed.message
        return this.#establish(resumed)
      }
      await this.#transport.send(encodeUnknown())
      frame = await this.#skipEarlyRecords()
    }
    const { state, message } = answer(parties, frame, random)
    await this.#transport.send(message)
    const completed = complete(state, await this.#transport.receive())
    tickets.put(completed.ticket, now())
    this.#establish(completed)
  }

  #establish({
    peer,
    sealer,
    opener,
    first,
  }: ReturnType<typeof complete> | NonNullable<ReturnType<typeof acceptResumed>>): void {
    this.#peer = peer
    this.#sealer = sealer
    this.#opener = opener
    this.#first = first
  }

  /** Drops what was sent under an unknown ticket, up to the opening that follows it. */
  async #skipEarlyRecords(): Promise<Uint8Array> {
    for (let skipped = 0; skipped <= HELD_RECORDS; skipped++) {
      const frame = await this.#receive()
      const isRecord =
        frame[0] === RecordType.data || frame[0] === RecordType.close || frame[0] === RecordType.start
      if (!isRecord) return frame
    }
    return fail('ERR_DECODE_SCHEMA', `expected an opening after at most ${HELD_RECORDS} records`)
  }

  async #receive(): Promise<Uint8Array> {
    this.#opening = await this.#transport.receive()
    return this.#opening
  }

  #emit(type: RecordType, payload: Uint8Array): Promise<void> {
    const frame = frameOf(this.#prefix, (this.#sealer as RecordSealer).seal(type, payload))
    this.#prefix = null
    return this.#transport.send(frame)
  }
}

/** A record of an established channel: the end of the transport without a record that says so is an error of its own. */
async function receiveRecord(transport: Channel): Promise<Uint8Array> {
  try {
    return await transport.receive()
  } catch (error) {
    if (!(error instanceof MixunError) || error.code !== 'ERR_CHANNEL_CLOSED') throw error
    throw mixunError('ERR_CHANNEL_TRUNCATED', 'expected the record by which the peer ends the channel', {
      cause: error,
    })
  }
}
