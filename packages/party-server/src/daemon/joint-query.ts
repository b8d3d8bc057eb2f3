import { wipe } from '@mixun/core/bytes'
import { type ErrorCode, fail, MixunError } from '@mixun/core/errors'
import type { Hello, Session } from '@mixun/core/session'
import { ledgerId, signJointStatement } from '@mixun/ledger-adapter/ledger'
import type { RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import {
  JOINT_QUERY_PROTOCOL,
  jointAnswerRecordCodec,
  jointQueryParametersOf,
  type OwnJointTable,
  runJointServer,
} from '@mixun/ot/joint-query'
import { decodeKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import { jointCommitmentOf, jointStatementOf } from '@mixun/sdk/consortium'
import { JOINT_CLASS, signedJointStatementCodec } from '@mixun/sdk/joint'
import type { JointSetups } from '@mixun/sdk/store'
import type { JointAnswers } from '../stores/joint-answers.ts'
import type { JointMasks } from './joint-masks.ts'
import { admitJointQuestion, knownQuery } from './joint-question.ts'
import { isBeforeReset } from './question.ts'
import type { ProviderParts, Service } from './services.ts'

/** Longest session, in milliseconds: four frames. */
const MAX_SESSION_MS = 60_000

/**
 * Refusals that stay: this party cannot answer the query, and its word for it voids the query. None that an inquirer can bring
 * about, as it can an internal error that its messages cause: it would choose who is left out.
 */
const FINAL_REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'ERR_DISK_FULL',
  'ERR_KEY_FILE',
  'ERR_TABLE_UNAVAILABLE',
  'ERR_PARAMETER_RETIRED',
  'ERR_LEDGER_FORK',
])

/** What a party answers joint queries with. */
export interface JointParts extends Pick<ProviderParts, 'home' | 'view' | 'log'> {
  readonly answers: JointAnswers
  readonly setups: JointSetups
  readonly masks: JointMasks
}

/**
 * Parts of joint queries: receipt, own copy of the ledger, consent's proof; the leaf of the party log before the key is used,
 * the share durable before the answer leaves. The share itself goes out by `joint-share`, once the ledger says opened.
 */
export function jointQueryService(parts: JointParts): Service {
  const { suite, partyId } = parts.home.identity
  return {
    protocol: JOINT_QUERY_PROTOCOL,
    parameters: [jointQueryParametersOf(suite.id).id],
    maxSessionMs: MAX_SESSION_MS,
    admit: async hello => {
      const recorded = await admitJointQuestion(hello, partyId, parts.view, Date.now())
      parts.answers.requireOpen(recorded.intent.intentId)
      const own = ownTable(parts, recorded)
      return session => answer(parts, recorded, own, session)
    },
    refused: (hello, error) => refuse(parts, hello, error),
  }
}

async function answer(
  parts: JointParts,
  recorded: RecordedJointIntent,
  { table, maskSalt }: ServedTable,
  session: Session,
): Promise<void> {
  const { view, log, answers, setups, masks } = parts
  const { intent } = recorded
  const { intentId, inquirer } = intent
  const { registry } = view
  const statement = jointStatementOf(intent, view.anchor.association.partyId)
  const event = {
    inquirer,
    class: JOINT_CLASS,
    epoch: table.commitment.version,
    sessionId: session.id,
    intentId,
    requestDigest: null,
    code: null,
  }
  let setupId: Uint8Array | undefined
  try {
    await runJointServer(session, {
      query: { statement, minimumFirms: registry.policy.joint.rules.minFirms },
      table,
      ...masks.of(recorded),
      setup: id => {
        setupId = id.slice()
        return setups.sender(inquirer, id)
      },
      beforeEvaluate: async () => {
        if (!log.isAsked(intentId, event.class)) log.asked(event)
      },
      beforeAnswer: async given => {
        // The ledger may have ended the query meanwhile.
        await view.refresh()
        await admitJointQuestion(session.hello, parts.home.identity.partyId, view, Date.now())
        const { share, signed, record } = given
        answers.keep(intentId, given.receipt.statement, {
          share,
          ...signed,
          record: jointAnswerRecordCodec.encode(record),
          maskKey: table.maskKey,
          maskSalt,
        })
      },
    })
  } finally {
    wipe(table.maskKey)
    if (setupId !== undefined && setups.sender(inquirer, setupId)?.isUsable === false) setups.drop(setupId)
  }
  log.answered(event)
}

interface ServedTable {
  readonly table: OwnJointTable
  /** Opens the commitment to the mask key, in an audit. */
  readonly maskSalt: Uint8Array
}

/** @throws ERR_TABLE_UNAVAILABLE for a version that is not served any more */
function ownTable({ home, view }: JointParts, { intent }: RecordedJointIntent): ServedTable {
  const { partyId, suite } = home.identity
  const version = intent.tables.find(({ provider }) => provider === partyId)?.version ?? 0
  const payload = view.registry.policy.joint.version(partyId, version)
  if (payload === undefined || !home.keys.jointVersions().includes(version)) {
    return fail('ERR_TABLE_UNAVAILABLE', `joint table ${version} is not held here`)
  }
  const { secretKey, maskKey, maskSalt } = home.keys.openJointKeys(version)
  const key = decodeKeyPair(oprfSuiteOf(suite.id), secretKey)
  wipe(secretKey)
  return { table: { commitment: jointCommitmentOf(payload), key, maskKey }, maskSalt }
}

/**
 * Logs a refused query and signs the refusal, where the query is one of its sender to this party, the code blames this party,
 * and it has not answered: the query is then closed here for good, durably, before anything else.
 */
function refuse(parts: JointParts, hello: Hello, error: unknown): Uint8Array | null {
  const code = error instanceof MixunError ? error.code : 'ERR_INTERNAL'
  const intentId = knownIntent(parts, hello)?.intentId ?? null
  const refusal = intentId === null ? null : signedRefusal(parts, intentId, code)
  try {
    parts.log.refused({
      inquirer: hello.sender,
      class: JOINT_CLASS,
      epoch: hello.dataset?.epoch ?? 0,
      sessionId: hello.sessionId,
      intentId,
      requestDigest: null,
      code,
    })
  } catch (cause) {
    // A log that takes no more does not keep the firm's word back.
    if (refusal === null) throw cause
  }
  return refusal
}

function signedRefusal({ home, view, answers }: JointParts, intentId: Uint8Array, code: ErrorCode) {
  if (!FINAL_REFUSALS.has(code) || answers.close(intentId, code) !== code) return null
  const { partyId, signingKey } = home.identity
  const refusal = { ledger: ledgerId(view.anchor), intentId, provider: partyId, code }
  return signedJointStatementCodec.encode(signJointStatement(signingKey, 'refusal', refusal))
}

function knownIntent({ home, view }: JointParts, hello: Hello) {
  try {
    const { intent, index } = knownQuery(hello, view)
    const { partyId } = home.identity
    if (isBeforeReset(view.registry, partyId, { intentId: intent.intentId, index })) return null
    return intent.tables.some(({ provider }) => provider === partyId) ? intent : null
  } catch (error) {
    if (error instanceof MixunError) return null
    throw error
  }
}
