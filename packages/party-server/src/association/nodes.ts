import { MixunError } from '@mixun/core/errors'
import type { Member } from '@mixun/ledger-adapter/ledger'
import { Connections, type Endpoint } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import {
  NODE_STATUS_PARAMETERS,
  NODE_STATUS_PROTOCOL,
  type NodeStatus,
  nodeStatusCodec,
} from '../daemon/node-status.ts'
import { openAssociationLedger } from './ledger.ts'

const DAY_MS = 86_400_000
/** How long a node may take to answer, in milliseconds. */
const PATIENCE_MS = 5_000

/** Health of one member's node, as the association sees it. */
export interface NodeHealth {
  readonly party: string
  readonly status: Member['status']
  readonly isReachable: boolean
  /** Why it could not be reached; null when it was. */
  readonly code: string | null
  readonly version: string | null
  /** The node's clock less ours, in milliseconds; good to half a round trip. */
  readonly clockDifferenceMs: number | null
  /** Entries of the ledger that the node has not taken in. */
  readonly ledgerLag: number | null
  readonly certificateDaysLeft: number | null
  /** Whether its stores take writes. */
  readonly isWritable: boolean | null
}

/** Asks the node of every firm and regulator at once. @throws ERR_HOME_ROLE, ERR_LEDGER_… */
export async function nodesHealth(home: Home): Promise<NodeHealth[]> {
  const ledger = openAssociationLedger(home)
  const connections = new Connections(home)
  try {
    const firms = ledger.registry.members().filter(({ role }) => role !== 'association')
    return await Promise.all(firms.map(firm => healthOf(connections, firm, ledger.size)))
  } finally {
    connections.close()
    await ledger.close()
  }
}

/** Asks one node; one that does not answer is a result. */
export async function healthOf(connections: Connections, member: Member, size: number): Promise<NodeHealth> {
  const { partyId: party, status, address, signingKey: publicKey } = member
  const away = {
    version: null,
    clockDifferenceMs: null,
    ledgerLag: null,
    certificateDaysLeft: null,
    isWritable: null,
  }
  if (address === null || status !== 'active') {
    return { party, status, isReachable: false, code: 'ERR_PEER_IDENTITY', ...away }
  }
  try {
    const asked = Date.now()
    const answer = await askStatus(connections, { partyId: party, publicKey, address })
    const middle = (asked + Date.now()) / 2
    return {
      party,
      status,
      isReachable: true,
      code: null,
      version: answer.version,
      clockDifferenceMs: Math.round(answer.now - middle),
      ledgerLag: Math.max(0, size - answer.ledgerSize),
      certificateDaysLeft: Math.floor((answer.certificateNotAfter - middle) / DAY_MS),
      isWritable: answer.isWritable,
    }
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    return { party, status, isReachable: false, code: error.code, ...away }
  }
}

async function askStatus(connections: Connections, endpoint: Endpoint): Promise<NodeStatus> {
  const session = await connections.openSession(endpoint, {
    protocol: NODE_STATUS_PROTOCOL,
    parameters: NODE_STATUS_PARAMETERS,
    deadlineMs: PATIENCE_MS,
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  try {
    return nodeStatusCodec.decode(await session.receive())
  } finally {
    session.abort()
  }
}
