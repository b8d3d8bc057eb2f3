import { type MemoryChannelOptions, memoryChannelPair } from '@mixun/core/channel'
import { acceptSession, type Dataset, type Identity, openSession, type Session } from '@mixun/core/session'
import { intl, type Suite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'

/** An identity whose keys come from its name. For tests. */
export function testIdentity(partyId: string, suite: Suite = intl): Identity {
  return { partyId, suite, signingKey: suite.generateSigningKey(seededRandom(partyId)) }
}

export interface SessionPairOptions {
  readonly protocol: string
  readonly parameters: string
  readonly client?: string
  readonly server?: string
  readonly dataset?: Dataset
  /** Suite of both sides; `intl` by default. */
  readonly suite?: Suite
  /** Seeds both sides' randomness and the session id. */
  readonly seed?: string
  readonly channel?: MemoryChannelOptions
  /** Clock of both sides; with a seed it makes every byte of a run the same. */
  readonly now?: () => number
  /** Ends both sides' waits. */
  readonly signal?: AbortSignal
}

/** Both ends of a session over a memory channel. For tests. */
export async function sessionPair(
  options: SessionPairOptions,
): Promise<{ client: Session; server: Session }> {
  const seed = options.seed ?? 'session'
  const [near, far] = memoryChannelPair(options.channel)
  const inquirer = testIdentity(options.client ?? 'galaxy', options.suite)
  const provider = testIdentity(options.server ?? 'cinda', options.suite)
  const peers = [inquirer, provider].map(({ partyId, signingKey }) => ({
    partyId,
    publicKey: signingKey.publicKey,
  }))
  const common = {
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  const accepting = acceptSession(far, {
    identity: provider,
    member: id => peers.find(peer => peer.partyId === id),
    offers: () => true,
    random: seededRandom(`${seed}/server`),
    ...common,
  })
  const client = await openSession(near, {
    identity: inquirer,
    peer: { partyId: provider.partyId, publicKey: provider.signingKey.publicKey },
    protocol: options.protocol,
    parameters: options.parameters,
    random: seededRandom(`${seed}/client`),
    ...common,
    ...(options.dataset === undefined ? {} : { dataset: options.dataset }),
  })
  return { client, server: await accepting }
}

/** Runs a server step as the door does: a failure is answered with a refusal, and returned. */
export async function serveOrRefuse(session: Session, run: Promise<unknown>): Promise<unknown> {
  try {
    await run
    return undefined
  } catch (error) {
    await session.refuse(error)
    return error
  }
}
