import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { dueSides, type Registry } from '@mixun/ledger-adapter/ledger'
import { jointAnswerRecordCodec, setupIdOf } from '@mixun/ot/joint-query'
import { JOINT_FRAME_PARAMETERS, JOINT_SIDE_PROTOCOL, signJointSide } from '@mixun/sdk/joint'
import type { JointAnswers, StoredJointAnswer } from '../stores/joint-answers.ts'
import type { JointParts } from './joint-query.ts'
import type { Service } from './services.ts'

/** Longest opening, in milliseconds: one frame each way. */
const MAX_SESSION_MS = 30_000

/**
 * Opens this party's side of a joint query to association or regulator: a firm's where the query's beacon drew the firm too, the
 * association's where it compared. Of a query that was not drawn, or has its result, and of a firm that was not, nothing opens.
 */
export function jointSideService({ home, view, answers, setups }: JointParts): Service {
  return {
    protocol: JOINT_SIDE_PROTOCOL,
    parameters: [JOINT_FRAME_PARAMETERS],
    maxSessionMs: MAX_SESSION_MS,
    admit: async ({ sender }) => {
      const member = view.registry.member(sender)
      if (member?.role !== 'association' && member?.role !== 'regulator') {
        fail('ERR_LEDGER_MEMBER', `expected the association or a regulator, found ${sender}`)
      }
      return async session => {
        const intentId = Uint8Array.from(await session.receive())
        await view.refresh()
        const { identity } = home
        const kept = ownSide(identity, view.registry, answers, intentId)
        if (kept === null) return fail('ERR_AUDIT_NOT_DUE', 'this party has no side of this joint query')
        // The record holds Δ: whoever has seen it could read what is chosen under the setup from now on.
        setups.drop(setupIdOf(jointAnswerRecordCodec.decode(kept.record)))
        await session.send(sideOf(identity, intentId, kept))
      }
    },
  }
}

/** {@link jointSideService} at home, for an association that audits; null where it did not compare. @throws ERR_AUDIT_NOT_DUE */
export function comparedSide(
  identity: Identity,
  registry: Registry,
  answers: JointAnswers,
  intentId: Uint8Array,
): Uint8Array | null {
  const kept = ownSide(identity, registry, answers, intentId)
  return kept && sideOf(identity, intentId, kept)
}

/** @throws ERR_AUDIT_NOT_DUE, ERR_JOINT_STATEMENT when another answer than the one kept here opened the query */
function ownSide(
  { partyId }: Identity,
  registry: Registry,
  answers: JointAnswers,
  intentId: Uint8Array,
): StoredJointAnswer | null {
  const { recorded, sides } = dueSides(registry, intentId)
  const isAssociation = partyId === registry.anchor.association.partyId
  if (!isAssociation && !sides.includes(partyId)) {
    fail('ERR_AUDIT_NOT_DUE', 'expected a joint query of which this party was drawn')
  }
  const answer = answers.find(intentId)
  if (answer === undefined) return null
  const opened = recorded.ready.get(partyId) ?? answer.receipt
  if (compareBytes(opened, answer.receipt) !== 0) {
    fail('ERR_JOINT_STATEMENT', 'expected a query that was opened with the answer kept here')
  }
  return answer
}

function sideOf(identity: Identity, intentId: Uint8Array, answer: StoredJointAnswer): Uint8Array {
  const { record, maskKey, maskSalt } = answer
  return signJointSide(identity, { intentId, party: identity.partyId, record, maskKey, maskSalt })
}
