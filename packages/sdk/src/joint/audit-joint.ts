import { compareBytes, fromHex } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { ledgerId, type Registry, verifyJointStatement, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import type { RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import { type JointInquirerRecord, jointInquirerRecordCodec, replayInquirer } from '@mixun/ot/joint-query'
import { openJointTable } from '@mixun/ot/joint-table'
import { type JointSessions, jointSessionsCodec, requireSessions } from '../audit/joint-sessions.ts'
import { type InquiryOpeningJson, openElement } from '../audit/opening.ts'
import { jointStatementOf } from '../consortium/verifiers.ts'
import {
  frozenTable,
  type JointAudit,
  type JointAuditSources,
  type JointFault,
  type ReplayedSession,
  sessionOf,
} from './audit-context.ts'
import { compareWords, replayBothComparing, replaySides } from './audit-sides.ts'
import { signedJointStatementCodec } from './protocols.ts'

/** What the audit of a joint query found. */
export interface AuditedJointQuery {
  /** Sessions that were run again from the inquirer's opening; 0 of a query that was not opened on the ledger. */
  readonly firms: number
  /** Parties whose own side was run again and holds. */
  readonly sides: readonly string[]
  /** Whether a comparison was run again. */
  readonly isCompared: boolean
  /** What others than the inquirer did wrong. */
  readonly faults: readonly JointFault[]
}

/**
 * Runs the sessions of an opened joint query again. Of the inquirer: to each firm it sent what an honest one sends about this
 * subject and nothing else, and compared the total and no other number. Of the firms that the query's beacon drew, and of the
 * association that compared: check, share, noise and words follow from what each committed to. Of a query that is not opened
 * on the ledger only failed checks are run again: nobody learned anything from it.
 *
 * @param opening of the inquirer; its consent and document are for `auditOpening`
 * @param sessions as they came with it
 * @param registry of a party that reads the query, such as the association
 * @param drawn providers whose side is asked for: `dueSides`; none of a query that was not drawn
 * @throws what is found against the inquirer: ERR_VERIFY_REPLAY for a session that differs or is not there,
 * ERR_VERIFY_COMMITMENT for another subject or seed, ERR_VERIFY_SIGNATURE, ERR_JOINT_STATEMENT, ERR_JOINT_INCOMPLETE,
 * ERR_DECODE_…; ERR_CONSENT_UNKNOWN
 */
export async function auditJointQuery(
  opening: InquiryOpeningJson,
  sessions: Uint8Array,
  registry: Registry,
  sources: JointAuditSources,
  drawn: readonly string[],
): Promise<AuditedJointQuery> {
  const { suite, association } = registry.anchor
  requireSessions(suite, opening, sessions)
  const recorded = registry.policy.joint.intent(fromHex(opening.intentId))
  if (opening.joint === null || recorded === undefined) {
    return fail('ERR_CONSENT_UNKNOWN', 'expected the opening of a joint query that is on the ledger')
  }
  const { intent, state } = recorded
  const { subject, blind } = openElement(suite.id, opening, intent.element)
  const statement = jointStatementOf(intent, association.partyId)
  const query = { statement, minimumFirms: intent.tables.length }
  const secrets = { input: subject.encode(), blind, seed: fromHex(opening.joint.seed) }
  const faults: JointFault[] = []
  const audit: JointAudit = { registry, sources, recorded, query, secrets, faults }
  const shown = jointSessionsCodec.decode(sessions)
  for (const record of shown.failed) await judgeFailure(audit, record)
  if (state !== 'opened') return { firms: 0, sides: [], isCompared: false, faults }
  const records = requireAnswered(recorded, shown)
  const replayed: ReplayedSession[] = []
  for (const { provider } of intent.tables) {
    const session = await replaySession(audit, records.get(provider) as JointInquirerRecord)
    if (session !== null) replayed.push(session)
  }
  const firms = replayed.length
  const comparison = records.get(association.partyId)
  const shares = sharesIn(audit, shown)
  // Who has not all shares has learned nothing, and nobody else opens anything for it.
  const isLearned = intent.tables.every(({ provider }) => shares.has(provider))
  const asked = replayed.filter(({ provider }) => isLearned && drawn.includes(provider))
  const held = await replaySides(audit, asked, shares)
  // Without one firm's value the total is not known.
  const compares = intent.output === 'atLeastFen' && drawn.length > 0 && firms === intent.tables.length
  if (compares) {
    const side = await replayBothComparing(audit, replayed, shares, comparison, shown.attempts)
    if (side !== null) held.set(association.partyId, side)
  }
  compareWords(audit, held)
  return { firms, sides: [...held.keys()], isCompared: compares && comparison !== undefined, faults }
}

/**
 * The records of an opened query by party: of every firm the session that opened it.
 *
 * @throws ERR_VERIFY_REPLAY, ERR_DECODE_…
 */
export function requireAnswered(
  { intent, ready }: RecordedJointIntent,
  { answered }: JointSessions,
): Map<string, JointInquirerRecord> {
  const decoded = answered.map(bytes => jointInquirerRecordCodec.decode(bytes))
  const records = new Map(decoded.map(record => [record.party, record]))
  for (const { provider } of intent.tables) {
    const found = records.get(provider)?.receipt
    const receipt = ready.get(provider)
    if (found === undefined || receipt === undefined || compareBytes(found, receipt) !== 0) {
      fail('ERR_VERIFY_REPLAY', `expected the session with ${provider} that opened the query`)
    }
  }
  return records
}

/** Null where nobody shows the firm's table, which is noted. */
async function replaySession(
  audit: JointAudit,
  record: JointInquirerRecord,
): Promise<ReplayedSession | null> {
  const { party } = record
  const frozen = frozenTable(audit, party)
  const store = await storeOf(audit, party, frozen)
  if (store === null) return null
  const { commitment } = frozen
  const session = { ...sessionOf(audit, party, record), commitment }
  const { provider, value } = replayInquirer(session, store, audit.secrets, record)
  return { provider, value, record }
}

async function storeOf(
  audit: JointAudit,
  party: string,
  { version, commitment }: ReturnType<typeof frozenTable>,
) {
  try {
    return openJointTable(audit.registry.anchor.suite, commitment, await audit.sources.table(party, version))
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    audit.faults.push({ party, code: error.code, evidence: null })
    return null
  }
}

/** A firm signed a check that does not hold; an inquirer that says so of one that does is at fault itself. */
async function judgeFailure(audit: JointAudit, bytes: Uint8Array): Promise<void> {
  const record = jointInquirerRecordCodec.decode(bytes)
  const { party } = record
  try {
    if ((await replaySession(audit, record)) === null) return
  } catch (error) {
    if (!(error instanceof MixunError) || error.code !== 'ERR_VERIFY_GARBLED') throw error
    audit.faults.push({ party, code: error.code, evidence: bytes })
    return
  }
  fail('ERR_VERIFY_REPLAY', `expected a check of ${party} that does not hold`)
}

/** Shares by firm, as each signed them. @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_… */
function sharesIn({ registry, recorded }: JointAudit, { shares }: JointSessions): Map<string, Uint8Array> {
  const { anchor } = registry
  const { intentId } = recorded.intent
  return new Map(
    shares.map(({ party, signed }) => {
      const expected = { ledger: ledgerId(anchor), intentId, provider: party }
      const statement = signedJointStatementCodec.decode(signed)
      const { share } = verifyUnderAny(registry.signingKeysSince(party, recorded.index), key =>
        verifyJointStatement(anchor.suite, key, 'share', statement, expected),
      )
      return [party, share]
    }),
  )
}
