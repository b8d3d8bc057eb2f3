import { fromUtf8 } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { ledgerId, signJointStatement } from '@mixun/ledger-adapter/ledger'
import {
  JOINT_THRESHOLD_PROTOCOL,
  jointAnswerRecordCodec,
  jointQueryParametersOf,
  repeatComparison,
  runJointThresholdServer,
} from '@mixun/ot/joint-query'
import { Connections, jointStatementOf } from '@mixun/sdk/consortium'
import {
  JOINT_COMPARED_PROTOCOL,
  JOINT_FRAME_PARAMETERS,
  JOINT_MISSING_PROTOCOL,
  signedJointStatementCodec,
} from '@mixun/sdk/joint'
import { healthOf } from '../association/nodes.ts'
import type { JointParts } from './joint-query.ts'
import { recordedQuery } from './joint-question.ts'
import type { Service } from './services.ts'

/** Longest comparison, in milliseconds: two frames. */
const MAX_COMPARISON_MS = 60_000
/** Longest look for a firm, in milliseconds. */
const MAX_LOOK_MS = 30_000

/** The association's part of an opened query that compares the total with a limit; it sees neither. */
export function jointThresholdService(parts: JointParts): Service {
  const { home, view, answers, setups, masks } = parts
  const { suite, partyId } = home.identity
  return {
    protocol: JOINT_THRESHOLD_PROTOCOL,
    parameters: [jointQueryParametersOf(suite.id).id],
    maxSessionMs: MAX_COMPARISON_MS,
    admit: async hello => {
      const recorded = await recordedQuery(hello, view)
      const { intent, state, index } = recorded
      if (state !== 'opened')
        fail('ERR_JOINT_ENDED', `expected a joint query that is opened, found it ${state}`)
      // Who knows that it was not drawn could compare another number.
      await view.refresh()
      if (index < view.registry.policy.audits.sampledTo)
        fail('ERR_JOINT_ENDED', 'expected a comparison before a beacon drew from its query')
      return async session => {
        let setupId: Uint8Array | undefined
        try {
          await runJointThresholdServer(session, {
            query: {
              statement: jointStatementOf(intent, partyId),
              minimumFirms: view.registry.policy.joint.rules.minFirms,
            },
            ...masks.of(recorded),
            setup: id => {
              setupId = id.slice()
              return setups.sender(intent.inquirer, id)
            },
            beforeAnswer: async ({ receipt, signed, record }) => {
              const none = new Uint8Array(0)
              const kept = {
                share: none,
                ...signed,
                record: jointAnswerRecordCodec.encode(record),
                maskKey: none,
                maskSalt: none,
              }
              answers.keepOnce(intent.intentId, receipt.statement, kept)
            },
          })
        } finally {
          const isBurnt = setupId !== undefined && setups.sender(intent.inquirer, setupId)?.isUsable === false
          if (isBurnt) setups.drop(setupId as Uint8Array)
        }
      }
    },
  }
}

/** The answer to a comparison that was made, as it was sent, for the inquirer that lost it; empty when none was made. */
export function jointComparedService({ home, view, answers }: JointParts): Service {
  const { suite, partyId } = home.identity
  return {
    protocol: JOINT_COMPARED_PROTOCOL,
    parameters: [JOINT_FRAME_PARAMETERS],
    maxSessionMs: MAX_LOOK_MS,
    admit: async hello => {
      const { intent } = await recordedQuery(hello, view)
      return async session => {
        const kept = answers.find(intent.intentId)
        const query = { statement: jointStatementOf(intent, partyId), minimumFirms: intent.tables.length }
        const record = kept && jointAnswerRecordCodec.decode(kept.record)
        await session.send(record ? repeatComparison(suite, query, record) : new Uint8Array(0))
      }
    },
  }
}

/**
 * The association's word that a firm does not answer a query: after the time of the joint rules, and when the firm does not
 * answer the association either, or cannot answer the query: its own copy of the ledger has not come to it, or its stores take
 * nothing. Neither is the inquirer's doing: else it could have any firm left out, and subtract.
 */
export function jointMissingService({ home, view }: JointParts): Service {
  return {
    protocol: JOINT_MISSING_PROTOCOL,
    parameters: [JOINT_FRAME_PARAMETERS],
    maxSessionMs: MAX_LOOK_MS,
    admit: async hello => {
      const { intent, createdAt, index, state } = await recordedQuery(hello, view)
      if (state !== 'open') fail('ERR_JOINT_ENDED', `the joint query is ${state}`)
      return async session => {
        const provider = fromUtf8(await session.receive())
        if (!intent.tables.some(table => table.provider === provider)) {
          fail('ERR_RECEIPT_FOREIGN', 'expected a firm that the joint query asks')
        }
        const { registry } = view
        const earliest = createdAt + registry.policy.joint.rules.missingAfterSeconds * 1_000
        if (Date.now() < earliest) {
          fail('ERR_JOINT_EARLY', `expected the firm to be away until ${new Date(earliest).toISOString()}`)
        }
        await requireAway(home, registry.member(provider), index + 1)
        const statement = {
          ledger: ledgerId(view.anchor),
          intentId: intent.intentId,
          provider,
          statedAt: Date.now(),
        }
        const signed = signJointStatement(home.identity.signingKey, 'missing', statement)
        await session.send(signedJointStatementCodec.encode(signed))
      }
    },
  }
}

/**
 * @param size of the ledger with the query's intent
 * @throws ERR_JOINT_PRESENT when the firm answers and is able to answer the query
 */
async function requireAway(
  home: JointParts['home'],
  member: Parameters<typeof healthOf>[1] | undefined,
  size: number,
): Promise<void> {
  if (member === undefined) return
  const connections = new Connections(home)
  try {
    const { isReachable, ledgerLag, isWritable } = await healthOf(connections, member, size)
    if (isReachable && ledgerLag === 0 && isWritable === true)
      fail('ERR_JOINT_PRESENT', `${member.partyId} answers the association`)
  } catch (error) {
    if (!(error instanceof MixunError) || error.code === 'ERR_JOINT_PRESENT') throw error
  } finally {
    connections.close()
  }
}
