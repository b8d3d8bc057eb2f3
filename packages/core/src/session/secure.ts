import { type Channel, InnerChannel, waitFor } from '../channel/index.ts'
import { InitiatorLink, InitiatorTickets, ResponderLink, ResponderTickets } from '../channel/inner/index.ts'
import { MixunError } from '../errors/index.ts'
import { type RandomSource, systemRandom } from '../random/index.ts'
import { FrameKind, parseFrame } from './frames.ts'
import type { Identity, Peer } from './identity.ts'
import { otherSuite, readRefusal, refuseChannel, refuseSuite } from './refusal.ts'

/** How often expired resumption secrets are wiped, in milliseconds. */
const SWEEP_MS = 60_000

const now = () => performance.now()

/** The resumption secrets of one identity, in memory. */
class Tickets {
  readonly initiator = new InitiatorTickets()
  readonly responder = new ResponderTickets()
  #isSweeping = false

  /** Wipes expired secrets from time to time, as long as there are any; keeps no process alive. */
  sweepLater(): void {
    if (this.#isSweeping) return
    this.#isSweeping = true
    const sweep = () => {
      this.#isSweeping = false
      if (this.initiator.sweep(now()) + this.responder.sweep(now()) > 0) this.sweepLater()
    }
    const timer: { unref?(): void } = setTimeout(sweep, SWEEP_MS)
    timer.unref?.() // browsers have none
  }
}

const ticketsByIdentity = new WeakMap<Identity, Tickets>()

function ticketsOf(identity: Identity): Tickets {
  const tickets = ticketsByIdentity.get(identity) ?? new Tickets()
  ticketsByIdentity.set(identity, tickets)
  tickets.sweepLater()
  return tickets
}

/**
 * The channel on which an initiator's session runs: an inner channel in suite `sm`, always; the transport in `intl`.
 *
 * @throws ERR_INPUT_RANGE for an identity of suite `sm` whose key takes part in no agreement
 */
export function secureAsInitiator(
  transport: Channel,
  options: { readonly identity: Identity; readonly peer: Peer; readonly random?: RandomSource },
): Channel {
  const { identity, peer } = options
  if (identity.suite.id !== 'sm') return transport
  const link = new InitiatorLink(transport, {
    identity,
    peer,
    tickets: ticketsOf(identity).initiator,
    random: options.random ?? systemRandom,
    now,
    explain: (bytes, opening) => explain(identity, peer, bytes, opening),
  })
  return new InnerChannel(transport, link, peer.partyId)
}

export interface SecureAsResponderOptions {
  readonly identity: Identity
  readonly member: (partyId: string) => Peer | undefined
  readonly random?: RandomSource
}

/**
 * The channel on which a responder's session runs, as {@link secureAsInitiator}. In suite `sm` it waits for the
 * initiator; a failure is refused on the transport, for there is no inner channel yet, and thrown.
 *
 * @throws ERR_SESSION_SUITE for a peer that speaks outside an inner channel, ERR_PEER_IDENTITY, ERR_DECODE_…,
 * ERR_SESSION_PROTOCOL, ERR_SESSION_REPLAYED, ERR_VERIFY_CONFIRMATION, ERR_VERIFY_RECORD, the errors of the channel
 */
export async function secureAsResponder(
  transport: Channel,
  options: SecureAsResponderOptions,
  signal: AbortSignal,
): Promise<Channel> {
  const { identity, member } = options
  if (identity.suite.id !== 'sm') return transport
  const tickets = ticketsOf(identity).responder
  const random = options.random ?? systemRandom
  const link = new ResponderLink(transport, { identity, member, tickets, random, now })
  try {
    await waitFor(link.ready, signal)
    return new InnerChannel(transport, link, (link.peer as Peer).partyId)
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_SESSION_SUITE') await refuseSuite(transport)
    else {
      const helloDigest = identity.suite.hash(link.opening)
      await refuseChannel(transport, identity, { id: new Uint8Array(0), helloDigest }, error)
    }
    throw error
  }
}

/** What the responder said instead of an answer of the inner channel. */
function explain(identity: Identity, peer: Peer, bytes: Uint8Array, opening: Uint8Array): MixunError {
  try {
    const { kind, body } = parseFrame(bytes)
    if (kind === FrameKind.refusal) return readRefusal(identity, peer, identity.suite.hash(opening), body)
    return otherSuite(peer)
  } catch (error) {
    return error as MixunError
  }
}
