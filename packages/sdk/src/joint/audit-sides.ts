import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import {
  checkSameOts,
  checkSameWord,
  type JointAnswerRecord,
  type JointInquirerRecord,
  jointAnswerRecordCodec,
  jointComparisonAttemptCodec,
  jointQueryParametersOf,
  replayAssociation,
  replayComparison,
  readComparison,
  repeatComparison,
  replayProvider,
} from '@mixun/ot/joint-query'
import { frozenTable, type JointAudit, type ReplayedSession, sessionOf } from './audit-context.ts'
import { type JointSide, readJointSide } from './joint-side.ts'

/** A side that holds by itself, and the signed bytes that it was read from. */
interface HeldSide {
  readonly record: JointAnswerRecord
  readonly evidence: Uint8Array
}

/**
 * Runs the sides of drawn firms again: check, share, noise and words follow from what they committed to, and are the same on
 * both sides. What is wrong with one is noted, and the audit goes on.
 *
 * @param shares what each firm signed when it handed its share out
 * @returns the sides that hold
 * @throws ERR_VERIFY_REPLAY for an inquirer with other OTs than the firm's
 */
export async function replaySides(
  audit: JointAudit,
  sessions: readonly ReplayedSession[],
  shares: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, HeldSide>> {
  const parameters = jointQueryParametersOf(audit.registry.anchor.suite.id)
  const held = new Map<string, HeldSide>()
  for (const { provider, record } of sessions) {
    const side = await heldSide(audit, provider, ({ maskKey, maskSalt }, own) => {
      const { commitment } = frozenTable(audit, provider)
      const share = shares.get(provider) as Uint8Array
      const session = { ...sessionOf(audit, provider, record), commitment }
      replayProvider(session, { maskKey, maskSalt }, own, share)
    })
    if (side === null) continue
    checkSameOts(parameters, record, side.record)
    held.set(provider, side)
  }
  return held
}

/**
 * Runs the comparison of a query again, on both sides: the inquirer compared the total and nothing else, once.
 *
 * @param record of the inquirer's session with the association; undefined when it shows none
 * @param attempts of the inquirer, encoded: what it asked for when the answer was lost
 * @returns the association's side; null when there was no comparison, or the association's side does not hold
 * @throws ERR_VERIFY_REPLAY, ERR_JOINT_INCOMPLETE, ERR_VERIFY_SIGNATURE
 */
export async function replayBothComparing(
  audit: JointAudit,
  sessions: readonly ReplayedSession[],
  shares: ReadonlyMap<string, Uint8Array>,
  record: JointInquirerRecord | undefined,
  attempts: readonly Uint8Array[],
): Promise<HeldSide | null> {
  const { partyId } = audit.registry.anchor.association
  const side = await heldSide(audit, partyId, (_, own) =>
    replayAssociation(sessionOf(audit, partyId, own), own),
  )
  if (record !== undefined) replayComparison(sessionOf(audit, partyId, record), sessions, shares, record)
  else if (side !== null) replayLost(audit, side.record, sessions, shares, attempts)
  const isSame =
    side !== null && record !== undefined && compareBytes(side.record.receipt, record.receipt) === 0
  const isNamed = audit.faults.some(fault => fault.party === partyId)
  // It signed the answer that the inquirer shows, and shows none, or another.
  if (record !== undefined && !isSame && !isNamed) {
    audit.faults.push({ party: partyId, code: 'ERR_JOINT_STATEMENT', evidence: side?.evidence ?? null })
  }
  return side
}

/** An answer that the inquirer lost is to one of its attempts, which compared the total. @throws ERR_VERIFY_REPLAY */
function replayLost(
  audit: JointAudit,
  own: JointAnswerRecord,
  sessions: readonly ReplayedSession[],
  shares: ReadonlyMap<string, Uint8Array>,
  attempts: readonly Uint8Array[],
): void {
  const session = sessionOf(audit, own.party, own)
  const answer = repeatComparison(session.suite, audit.query, own)
  const isAnswered = (attempt: Uint8Array) => {
    try {
      readComparison(session, sessions, shares, jointComparisonAttemptCodec.decode(attempt), answer)
      return true
    } catch (error) {
      if (!(error instanceof MixunError) || error.code !== 'ERR_VERIFY_SIGNATURE') throw error
      return false
    }
  }
  if (!attempts.some(isAnswered)) {
    fail('ERR_VERIFY_REPLAY', 'expected the comparison that the association answered')
  }
}

/** Compares the words of masks of all sides that were opened; whose is wrong of two, neither shows, and both are noted. */
export function compareWords({ query, faults }: JointAudit, held: ReadonlyMap<string, HeldSide>): void {
  const sides = [...held]
  for (const [i, one] of sides.entries()) {
    for (const other of sides.slice(i + 1)) {
      try {
        checkSameWord(query, one[1].record, other[1].record)
      } catch (error) {
        if (!(error instanceof MixunError)) throw error
        for (const [party, { evidence }] of [one, other]) faults.push({ party, code: error.code, evidence })
      }
    }
  }
}

/** A party's side, when it opens one and it holds. */
async function heldSide(
  { registry, sources, recorded, faults }: JointAudit,
  party: string,
  replay: (side: JointSide, own: JointAnswerRecord) => void,
): Promise<HeldSide | null> {
  let evidence: Uint8Array | null = null
  try {
    const bytes = await sources.side(party)
    if (bytes === null) return null
    const side = readJointSide(registry, party, recorded.intent.intentId, bytes)
    evidence = bytes
    const record = jointAnswerRecordCodec.decode(side.record)
    replay(side, record)
    return { record, evidence }
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    faults.push({ party, code: error.code, evidence })
    return null
  }
}
