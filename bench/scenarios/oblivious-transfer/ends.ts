import type { Channel } from '@mixun/core/channel'
import { systemRandom } from '@mixun/core/random'
import { acceptSession, type Identity, openSession, type Session } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { openOtReceiver, openOtSender } from '@mixun/ot/oblivious-transfer'
import { OT_EXTENSION_PROTOCOL, setUpOtReceiver, setUpOtSender } from '@mixun/ot/ot-extension'

/** What one side of a run comes to. */
export interface EndFigures {
  /** Base OTs and trees, ms. */
  readonly setupMs: number
  /** All chunks, ms, after two that warm up. */
  readonly extendMs: number
  /** CPU time of the process meanwhile, ms. */
  readonly cpuMs: number
  /** Payload of the chunks, sent or received, bytes. */
  readonly bytes: number
  /** Largest resident memory of the process, MiB. */
  readonly peakMiB: number
}

/** Keys by name: both sides know each other's without a registry. */
function identityOf(partyId: string): Identity {
  return {
    partyId,
    suite: intl,
    signingKey: intl.importSigningKey(intl.hash(new TextEncoder().encode(partyId))),
  }
}

const SENDER = identityOf('sender')
const RECEIVER = identityOf('receiver')

export function senderSession(channel: Channel, parameters: string): Promise<Session> {
  return openSession(channel, {
    identity: SENDER,
    peer: { partyId: RECEIVER.partyId, publicKey: RECEIVER.signingKey.publicKey },
    protocol: OT_EXTENSION_PROTOCOL,
    parameters,
    random: systemRandom,
  })
}

export function receiverSession(channel: Channel): Promise<Session> {
  const { partyId, signingKey } = SENDER
  return acceptSession(channel, {
    identity: RECEIVER,
    member: id => (id === partyId ? { partyId, publicKey: signingKey.publicKey } : undefined),
    offers: () => true,
  })
}

/** Takes `count` random OTs and drops them, as a consumer would after using them. */
export async function measureEnd(
  role: 'sender' | 'receiver',
  session: Session,
  count: number,
): Promise<EndFigures> {
  const start = performance.now()
  const end =
    role === 'sender'
      ? await openOtSender(session, await setUpOtSender(session))
      : await openOtReceiver(session, await setUpOtReceiver(session))
  const setupMs = performance.now() - start
  const drain = async (some: number): Promise<void> => {
    for await (const ots of end.random(some)) if (ots.count < 1) throw new Error('expected OTs')
  }
  await drain(2 * end.parameters.chunkCount)
  const bytesOf = () => session.counters.sentBytes + session.counters.receivedBytes
  const [bytes, cpu, begin] = [bytesOf(), process.cpuUsage(), performance.now()]
  await drain(count)
  const extendMs = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  end.end()
  return {
    setupMs,
    extendMs,
    cpuMs: (user + system) / 1_000,
    bytes: bytesOf() - bytes,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
  }
}
