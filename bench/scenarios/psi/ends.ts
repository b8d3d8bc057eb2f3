import type { Channel } from '@mixun/core/channel'
import { systemRandom } from '@mixun/core/random'
import { acceptSession, type Identity, openSession, type Session } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { PSI_PROTOCOL, runPsiReceiver, runPsiSender } from '@mixun/ot/psi'

/** What one side of a run comes to. */
export interface EndFigures {
  /** From the first message to the result, base OTs and all, ms. */
  readonly wallMs: number
  /** CPU time of the process meanwhile, ms. */
  readonly cpuMs: number
  /** Payload both ways, bytes. */
  readonly bytes: number
  /** Largest resident memory of the process so far, MiB. */
  readonly peakMiB: number
}

export type Role = 'sender' | 'receiver'

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

/** The receiver opens, as who wants to know does. */
export function sessionOf(role: Role, channel: Channel, parameters: string): Promise<Session> {
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
    protocol: PSI_PROTOCOL,
    parameters,
    random: systemRandom,
  })
}

const ITEM_BYTES = 18

/** `count` items of 18 digits, of which the two sides have half in common; parts of one array, as read from a file. */
export function itemsOf(role: Role, count: number): Uint8Array[] {
  const first = role === 'sender' ? Math.floor(count / 2) : 0
  const bytes = Buffer.alloc(ITEM_BYTES * count)
  return Array.from({ length: count }, (_, i) => {
    bytes.write(`1101051990${String(first + i).padStart(8, '0')}`, ITEM_BYTES * i, 'latin1')
    return new Uint8Array(bytes.buffer, bytes.byteOffset + ITEM_BYTES * i, ITEM_BYTES)
  })
}

/** @throws when the result is not the half in common */
export async function measureEnd(
  role: Role,
  session: Session,
  items: readonly Uint8Array[],
): Promise<EndFigures> {
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  if (role === 'sender') await runPsiSender(session, { items })
  else {
    const { common } = await runPsiReceiver(session, { items })
    const expected = Math.ceil(items.length / 2)
    if (common.length !== expected) throw new Error(`expected ${expected} common items`)
  }
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    wallMs,
    cpuMs: (user + system) / 1_000,
    bytes: session.counters.sentBytes + session.counters.receivedBytes,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
  }
}
