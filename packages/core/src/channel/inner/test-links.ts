import type { Identity, Peer } from '../../session/identity.ts'
import { sm } from '../../suite/index.ts'
import { seededRandom } from '../../testing/index.ts'
import { systemRandom } from '../../random/index.ts'
import { mixunError } from '../../errors/index.ts'
import { type Channel, InnerChannel } from '../index.ts'
import { InitiatorLink, InitiatorTickets, ResponderLink, ResponderTickets } from './index.ts'

/** A party of suite `sm`. */
export function party(partyId: string, seed = partyId): Identity {
  return { partyId, suite: sm, signingKey: sm.generateSigningKey(seededRandom(seed)) }
}

export function peerOf({ partyId, signingKey }: Identity): Peer {
  return { partyId, publicKey: signingKey.publicKey }
}

export const firmA = party('firm-a')
export const firmB = party('firm-b')
export const firmC = party('firm-c')

/** What one firm-a and one firm-b remember; and the clock of both. */
export class Memory {
  initiator = new InitiatorTickets()
  responder = new ResponderTickets()
  nowMs = 0
  readonly now = () => this.nowMs
}

export interface LinkOptions {
  readonly initiator?: Identity
  readonly responder?: Identity
  /** Whom the initiator wants to talk to. */
  readonly peer?: Peer
  readonly members?: readonly Identity[]
}

/** The link of firm-a to firm-b. */
export function initiatorLink(transport: Channel, memory: Memory, options: LinkOptions = {}): InitiatorLink {
  return new InitiatorLink(transport, {
    identity: options.initiator ?? firmA,
    peer: options.peer ?? peerOf(firmB),
    tickets: memory.initiator,
    random: systemRandom,
    now: memory.now,
    explain: frame => mixunError('ERR_DECODE_SCHEMA', `unexpected frame of kind ${frame[0]}`),
  })
}

export function responderLink(transport: Channel, memory: Memory, options: LinkOptions = {}): ResponderLink {
  const members = options.members ?? [firmA, firmB, firmC]
  return new ResponderLink(transport, {
    identity: options.responder ?? firmB,
    member(partyId) {
      const member = members.find(identity => identity.partyId === partyId)
      return member === undefined ? undefined : peerOf(member)
    },
    tickets: memory.responder,
    random: systemRandom,
    now: memory.now,
  })
}

/** An inner channel of firm-a and firm-b over a channel of theirs, both ends; nothing was said yet. */
export function innerPair(
  [near, far]: readonly [Channel, Channel],
  memory: Memory,
  options: LinkOptions = {},
): [InnerChannel, InnerChannel] {
  return [
    new InnerChannel(near, initiatorLink(near, memory, options), 'firm-b'),
    new InnerChannel(far, responderLink(far, memory, options), 'firm-a'),
  ]
}

/** One full handshake and one frame each way, after which both sides hold a ticket. */
export async function prime(pair: readonly [Channel, Channel], memory: Memory): Promise<void> {
  const [near, far] = innerPair(pair, memory)
  await near.send(Uint8Array.of(1))
  await far.receive()
  await far.send(Uint8Array.of(2))
  await near.receive()
  near.abort()
  far.abort()
}
