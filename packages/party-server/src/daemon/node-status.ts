import { recordCodec, text, uint, unixMs } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { readHomeFile, type Home } from '@mixun/sdk/home'
import { z } from 'zod'
import { x509 } from '../certificates/index.ts'
import { VERSION } from '../version.ts'
import type { JointAnswers } from '../stores/joint-answers.ts'
import type { Service } from './services.ts'
import type { LedgerView } from './view.ts'

export const NODE_STATUS_PROTOCOL = 'node-status'
export const NODE_STATUS_PARAMETERS = 'nodestatus_1'

/** What a node says about itself: nothing of its records or inquiries. */
export const nodeStatusCodec = recordCodec(
  'node status',
  z.strictObject({
    version: text(32),
    now: unixMs,
    /** Entries of the ledger that it has verified. */
    ledgerSize: uint(),
    /** When its transport certificate expires. */
    certificateNotAfter: unixMs,
    /** Whether its stores take writes; without that it answers nobody. */
    isWritable: z.boolean(),
  }),
  256,
)

export type NodeStatus = ReturnType<typeof nodeStatusCodec.decode>

/** Longest answer, in milliseconds: one frame. */
const MAX_SESSION_MS = 10_000

/** Health of this node, for the association alone. */
export function nodeStatusService(
  home: Home,
  view: LedgerView,
  stores: Pick<JointAnswers, 'isWritable'>,
): Service {
  return {
    protocol: NODE_STATUS_PROTOCOL,
    parameters: [NODE_STATUS_PARAMETERS],
    maxSessionMs: MAX_SESSION_MS,
    admit: async hello => {
      if (hello.sender !== view.anchor.association.partyId) {
        fail('ERR_PEER_IDENTITY', 'expected the association to ask for the health of a node')
      }
      // What it lacks after that it cannot take in; a ledger out of reach shows as well.
      await view.refresh().catch(() => {})
      return session => session.send(nodeStatusCodec.encode(nodeStatus(home, view, stores.isWritable())))
    },
  }
}

function nodeStatus(home: Home, view: LedgerView, isWritable: boolean): NodeStatus {
  const certificate = new x509.X509Certificate(readHomeFile(home.paths.certificate).toString('utf8'))
  // Second line of a checkpoint (C2SP tlog-checkpoint).
  const ledgerSize = Number(view.checkpoint()?.split('\n')[1] ?? 0)
  return {
    version: VERSION,
    now: Date.now(),
    ledgerSize,
    certificateNotAfter: certificate.notAfter.getTime(),
    isWritable,
  }
}
