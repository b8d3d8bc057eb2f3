import { existsSync } from 'node:fs'
import { fail } from '@mixun/core/errors'
import { ledgerId, signJointStatement } from '@mixun/ledger-adapter/ledger'
import { ServedFile } from '@mixun/ot/table-files'
import { tableSyncParameters } from '@mixun/ot/table-sync'
import { JOINT_FRAME_PARAMETERS, JOINT_SHARE_PROTOCOL, signedJointStatementCodec } from '@mixun/sdk/joint'
import type { JointParts } from './joint-query.ts'
import { readAppendReceipt, requireAsked } from './joint-question.ts'
import { type Service, sendFile } from './services.ts'

/** Longest answer, in milliseconds: one frame each way. */
const MAX_SESSION_MS = 30_000
/** Longest download, in milliseconds: 20 MB over a slow line. */
const MAX_DOWNLOAD_MS = 3_600_000

/**
 * Hands out this party's share of a query that its own copy of the ledger says is opened, to its inquirer: always the one of the
 * receipt that opened it, as often as it is asked for, and signed: in an audit it is held against what it follows from.
 */
export function jointShareService({ home, view, answers }: JointParts): Service {
  const { partyId } = home.identity
  return {
    protocol: JOINT_SHARE_PROTOCOL,
    parameters: [JOINT_FRAME_PARAMETERS],
    maxSessionMs: MAX_SESSION_MS,
    admit: async hello => {
      readAppendReceipt(hello, view)
      return async session => {
        const intentId = Uint8Array.from(await session.receive())
        const find = () => view.registry.policy.joint.intent(intentId)
        if (find()?.state !== 'opened') await view.refresh()
        const recorded = find()
        if (recorded?.intent.inquirer !== hello.sender) {
          return fail('ERR_RECEIPT_FOREIGN', 'expected a joint query of the sender')
        }
        requireAsked(hello, partyId, recorded)
        const receipt = recorded.ready.get(partyId)
        if (recorded.state !== 'opened' || receipt === undefined) {
          return fail('ERR_JOINT_ENDED', `expected a joint query that is opened, found it ${recorded.state}`)
        }
        const share = answers.handOut(intentId, receipt)
        const about = { ledger: ledgerId(view.anchor), intentId, provider: partyId }
        const signed = signJointStatement(home.identity.signingKey, 'share', { ...about, share })
        await session.send(signedJointStatementCodec.encode(signed))
      }
    },
  }
}

/** Downloads of this party's own joint tables. */
export function jointTableSyncService({ home, view }: JointParts): Service {
  return {
    protocol: 'joint-table-sync',
    parameters: [tableSyncParameters.id],
    maxSessionMs: MAX_DOWNLOAD_MS,
    admit: async ({ dataset }) => {
      const { partyId } = home.identity
      const version = dataset?.epoch ?? 0
      const { joint } = view.registry.policy
      if (joint.newestVersion(partyId) < version) await view.refresh()
      const table = view.registry.policy.joint.version(partyId, version)
      if (dataset?.provider !== partyId || table === undefined) {
        return fail('ERR_TABLE_UNAVAILABLE', `no joint table ${version} is published here`)
      }
      // One that was replaced is there as long as an audit may need it.
      const file = home.paths.jointTable(partyId, version)
      if (
        view.registry.policy.joint.table(partyId, table.dataset)?.version !== version &&
        !existsSync(file)
      ) {
        return fail('ERR_EPOCH_STALE', `joint table ${version} was replaced`)
      }
      return session => sendFile(session, new ServedFile(file))
    },
  }
}
