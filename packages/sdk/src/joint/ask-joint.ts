import { fromHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { AppendReceipt, JointIntentPayload, SignedJointStatement } from '@mixun/ledger-adapter/ledger'
import { appendReceiptCodec } from '@mixun/ledger-adapter/ledger'
import {
  JOINT_QUERY_PROTOCOL,
  type JointContribution,
  type JointQuery,
  type JointSecrets,
  jointInquirerRecordCodec,
  jointQueryParametersOf,
  type JointTableCopy,
  runJointClient,
} from '@mixun/ot/joint-query'
import { OT_EXTENSION_PROTOCOL, type ReceiverSetup, setUpOtReceiver } from '@mixun/ot/ot-extension'
import type { Consortium } from '../consortium/consortium.ts'
import type { SessionRequest } from '../consortium/connections.ts'
import type { JointQueryStore } from '../store/joint-queries.ts'
import type { JointSetups } from '../store/joint-setups.ts'
import { JOINT_CLASS } from './joint-tables.ts'
import { signedJointStatementCodec } from './protocols.ts'

/** Longest base OTs with another party, in milliseconds: both sides compute for a tenth of a second. */
const SETUP_TIMEOUT_MS = 30_000

/** The firm did not answer: why, and its signed refusal where it gave one. */
export interface MissingFirm {
  readonly provider: string
  readonly code: string
  readonly refusal: SignedJointStatement | null
}

/** What every session of a query works with. */
export interface JointQuestion {
  readonly query: JointQuery
  readonly secrets: JointSecrets
  readonly intent: JointIntentPayload
  /** Of the intent's entry; goes into every hello. */
  readonly receipt: AppendReceipt
}

/** A setup with another party for the transfers of joint queries: the one kept here, or a new one. */
export async function setupWith(
  consortium: Consortium,
  setups: JointSetups,
  party: string,
  signal?: AbortSignal,
): Promise<ReceiverSetup> {
  const kept = setups.receiver(party)
  if (kept !== undefined) return kept
  const { extension } = jointQueryParametersOf(consortium.home.identity.suite.id)
  const setup = await inSession(
    consortium,
    party,
    {
      protocol: OT_EXTENSION_PROTOCOL,
      parameters: extension.id,
      signal: ending(signal, SETUP_TIMEOUT_MS),
    },
    setUpOtReceiver,
  )
  setups.keep(party, setup)
  return setup
}

/** What asking goes by in this home. */
export interface AskParts {
  readonly consortium: Consortium
  readonly jointSetups: JointSetups
  readonly jointQueries: Pick<JointQueryStore, 'spoil' | 'isSpoilt'>
}

/**
 * Runs `action` with a setup with another party. One that it ended is forgotten; where one side had lost it, another is made, once.
 */
export async function withSetup<T>(
  { consortium, jointSetups }: Omit<AskParts, 'jointQueries'>,
  party: string,
  signal: AbortSignal | undefined,
  action: (setup: ReceiverSetup) => Promise<T>,
): Promise<T> {
  for (let isFirst = true; ; isFirst = false) {
    const setup = await setupWith(consortium, jointSetups, party, signal)
    try {
      return await action(setup)
    } catch (error) {
      if (!setup.isUsable) jointSetups.drop(setup.id)
      const isLost = ['ERR_JOINT_SETUP', 'ERR_STATE_CONSUMED'].includes(codeOf(error) ?? '')
      if (!isFirst || !isLost) throw error
    }
  }
}

/** Asks one firm, and never again after a garbled check that failed. Silence and refusals are results. */
export async function askJoint(
  parts: AskParts,
  { query, secrets, receipt, intent: { intentId } }: JointQuestion,
  table: JointTableCopy,
  callerSignal: AbortSignal | undefined,
): Promise<JointContribution | MissingFirm> {
  const { consortium, jointQueries } = parts
  const { provider, version } = table.commitment
  if (jointQueries.isSpoilt(intentId, provider)) {
    return { provider, code: 'ERR_VERIFY_GARBLED', refusal: null }
  }
  const { answerTimeoutMs } = consortium.home.config.limits
  try {
    return await withSetup(parts, provider, callerSignal, setup => {
      const request = {
        protocol: JOINT_QUERY_PROTOCOL,
        parameters: jointQueryParametersOf(consortium.home.identity.suite.id).id,
        dataset: { provider, class: JOINT_CLASS, epoch: version },
        consentReference: appendReceiptCodec.encode(receipt),
        deadlineMs: answerTimeoutMs,
        signal: ending(callerSignal, answerTimeoutMs),
      }
      return inSession(consortium, provider, request, session =>
        runJointClient(session, {
          query,
          secrets,
          table,
          setup,
          onFailedCheck: record =>
            jointQueries.spoil(intentId, provider, jointInquirerRecordCodec.encode(record)),
        }),
      )
    })
  } catch (error) {
    const code = codeOf(error)
    if (!(error instanceof MixunError) || code === null) throw error
    return { provider, code, refusal: refusalIn(error) }
  }
}

/** The stable code of a failure, which is the peer's where it refused; null of what has none. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof MixunError)) return null
  return error.code === 'ERR_PEER_REFUSED' ? String(error.details['peerCode']) : error.code
}

/**
 * Runs `action` in a session that is closed, or aborted when it fails; but closed as well on a garbled check that fails: which
 * labels were read tells of the inputs, and who garbled may have spoilt one to learn a bit of them.
 */
export async function inSession<T>(
  consortium: Consortium,
  party: string,
  request: SessionRequest,
  action: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await consortium.openSession(party, request)
  try {
    const result = await action(session)
    await session.close()
    return result
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_VERIFY_GARBLED') {
      // A peer that is gone by then does not change what was found.
      await session.close().catch(() => session.abort())
    } else session.abort()
    throw error
  }
}

/** A signal that fires with the caller's, or after a time. */
export function ending(signal: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}

/** What a provider signed beside its refusal; the rules of the ledger judge it. */
function refusalIn(error: MixunError): SignedJointStatement | null {
  const { statement } = error.details
  if (typeof statement !== 'string') return null
  try {
    return signedJointStatementCodec.decode(fromHex(statement))
  } catch (cause) {
    if (cause instanceof MixunError) return null
    throw cause
  }
}
