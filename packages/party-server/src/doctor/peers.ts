import { type ErrorCode, MixunError } from '@mixun/core/errors'
import type { Member } from '@mixun/ledger-adapter/ledger'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, RemoteLedger } from '@mixun/ledger-adapter/remote'
import { Connections, type Endpoint, ledgerAnchor } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { type Finding, failure, ok, warning } from './finding.ts'
import type { LedgerCopy } from './ledger.ts'

/** How long a member may take to answer, in milliseconds. */
const PATIENCE_MS = 5_000
/** The furthest deadline that a member accepts, in milliseconds. */
const MAX_HELLO_LIFETIME_MS = 600_000

/** What one member said when it was asked for its last checkpoint. */
export interface PeerAnswer {
  readonly party: string
  /** The member's clock less ours, in milliseconds; good to half a round trip. */
  readonly clockDifferenceMs: number
  /** Entries of its copy of the ledger. */
  readonly ledgerSize: number
}

/** Asks the association and all active members at once, over the connections that inquiries use. */
export async function examinePeers(
  home: Home,
  copy: LedgerCopy | null,
): Promise<{ findings: Finding[]; answers: PeerAnswer[] }> {
  const connections = new Connections(home)
  try {
    const asked = await Promise.all(
      endpoints(home, copy).map(endpoint => examinePeer(home, copy, connections, endpoint)),
    )
    return {
      findings: asked.map(({ finding }) => finding),
      answers: asked.flatMap(({ answer }) => answer ?? []),
    }
  } finally {
    connections.close()
  }
}

function endpoints(home: Home, copy: LedgerCopy | null): Endpoint[] {
  const own = home.identity.partyId
  const { association } = home.anchor()
  const isDialled = (member: Member) =>
    member.role === 'firm' && member.status === 'active' && member.partyId !== own
  const firms = (copy?.registry.members() ?? []).filter(isDialled).flatMap(member => {
    const { partyId, signingKey: publicKey, address } = member
    return address === null ? [] : [{ partyId, publicKey, address }]
  })
  if (own === association.partyId) return firms
  return [{ ...association, address: home.config.association.address }, ...firms]
}

async function examinePeer(
  home: Home,
  copy: LedgerCopy | null,
  connections: Connections,
  endpoint: Endpoint,
): Promise<{ finding: Finding; answer?: PeerAnswer }> {
  const { partyId: party, address } = endpoint
  // Without the association nothing goes on; a firm that is away is its own problem.
  const isAssociation = party === home.anchor().association.partyId
  const severity = isAssociation ? 'error' : 'warning'
  try {
    // The first session pays for the connection: the second one tells the time.
    await ask(home, connections, endpoint)
    const { note, size, clockDifferenceMs } = await ask(home, connections, endpoint)
    copy?.compare(note)
    const answer = { party, clockDifferenceMs, ledgerSize: size }
    const lag = size - (copy?.size ?? 0)
    if (isAssociation && lag > 0) {
      return { answer, finding: behind(party, lag) }
    }
    const what = [`${party} answers at ${address}`, `${party} 在 ${address} 可达`] as const
    return { answer, finding: ok('peers', what) }
  } catch (error) {
    const code: ErrorCode | null = error instanceof MixunError ? error.code : null
    const isFork = code === 'ERR_LEDGER_FORK'
    return { finding: failure('peers', error, isFork ? 'error' : severity, `${party} (${address}): `) }
  }
}

function behind(party: string, lag: number): Finding {
  return warning(
    'peers',
    [`the own ledger is ${lag} entries behind ${party}`, `本方账本落后 ${party} ${lag} 条`],
    [
      'run mixun serve, or any verb that uses the ledger: it catches up',
      '请执行 mixun serve 或任一账本命令以同步',
    ],
  )
}

async function ask(
  home: Home,
  connections: Connections,
  endpoint: Endpoint,
): Promise<{ note: string; size: number; clockDifferenceMs: number }> {
  let clockDifferenceMs = 0
  const asked = Date.now()
  const remote = new RemoteLedger({
    anchor: ledgerAnchor(home.anchor()),
    requestTimeoutMs: PATIENCE_MS,
    connect: () =>
      connections.openSession(endpoint, {
        protocol: LEDGER_PROTOCOL,
        parameters: LEDGER_PARAMETERS,
        // Far, so that a member answers one whose clock is behind.
        deadlineMs: MAX_HELLO_LIFETIME_MS,
        signal: AbortSignal.timeout(PATIENCE_MS),
        checkReply: ({ sentAt }) => {
          clockDifferenceMs = Math.round(sentAt - (asked + Date.now()) / 2)
        },
      }),
  })
  try {
    const { text: note, size } = await remote.checkpoint()
    return { note, size, clockDifferenceMs }
  } finally {
    await remote.close()
  }
}
