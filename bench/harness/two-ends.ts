import { type Channel, memoryChannelPair } from '@mixun/core/channel'
import { systemRandom } from '@mixun/core/random'
import { acceptSession, type Identity, openSession, type Session } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { SocketChannel } from '@mixun/ot/testing'
import { openLine, type RoleInput, SLOW_LINE, type TwoRoles } from './two-roles.ts'

/** What one side of a run comes to. */
export interface RunFigures {
  readonly wallMs: number
  /** CPU time of the process meanwhile, ms. */
  readonly cpuMs: number
  /** Payload both ways, bytes. */
  readonly bytes: number
  /** Largest resident memory of the process so far, MiB. */
  readonly peakMiB: number
}

/** Keys by name: both sides know each other's without a registry. */
function identityOf(partyId: TwoRoles): Identity {
  return {
    partyId,
    suite: intl,
    signingKey: intl.importSigningKey(intl.hash(new TextEncoder().encode(partyId))),
  }
}

const SENDER = identityOf('sender')
const RECEIVER = identityOf('receiver')

/** The session of a role. The receiver opens it, as who wants to know does. */
function sessionOf(role: TwoRoles, channel: Channel, protocol: string, parameters: string): Promise<Session> {
  if (role === 'sender') {
    const { partyId, signingKey } = RECEIVER
    return acceptSession(channel, {
      identity: SENDER,
      member: id => (id === partyId ? { partyId, publicKey: signingKey.publicKey } : undefined),
      offers: () => true,
    })
  }
  return openSession(channel, {
    identity: RECEIVER,
    peer: { partyId: SENDER.partyId, publicKey: SENDER.signingKey.publicKey },
    protocol,
    parameters,
    random: systemRandom,
  })
}

/** In the worker: the session of its role, over TCP on this machine. */
export async function openRole(input: RoleInput, protocol: string): Promise<Session> {
  const channel = new SocketChannel(await openLine(input))
  return sessionOf(input.role, channel, protocol, input.parameters)
}

/** Runs both roles in this process, over a line of 100 Mbit/s and 10 ms. @returns the wall time, ms */
export async function timeOverSlowLine(
  protocol: string,
  parameters: string,
  run: (role: TwoRoles, session: Session) => Promise<number>,
): Promise<number> {
  const [near, far] = memoryChannelPair(SLOW_LINE)
  const accepting = sessionOf('sender', far, protocol, parameters)
  const receiver = await sessionOf('receiver', near, protocol, parameters)
  const sender = await accepting
  return Math.max(...(await Promise.all([run('receiver', receiver), run('sender', sender)])))
}

/** Runs `run` over a session and says what it took. */
export async function measureRun(session: Session, run: () => Promise<void>): Promise<RunFigures> {
  const bytesOf = () => session.counters.sentBytes + session.counters.receivedBytes
  const [bytes, cpu, start] = [bytesOf(), process.cpuUsage(), performance.now()]
  await run()
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    wallMs,
    cpuMs: (user + system) / 1_000,
    bytes: bytesOf() - bytes,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
  }
}
