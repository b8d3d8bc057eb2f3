import { fromHex } from '@mixun/core/bytes'
import { deadlineSignal } from '@mixun/core/channel'
import { isErrorCode, MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import {
  decodeSignedRefusal,
  type EvaluationTranscript,
  KEYWORD_OT_PROTOCOL,
  keywordOtParameters,
  runKeywordOtClient,
  type SignedRefusal,
} from '@mixun/ot/keyword-ot'
import { oprfSuiteById } from '@mixun/ot/oprf'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import { ledgerId, type OutcomeResult } from '@mixun/ledger-adapter/ledger'
import type { Consortium } from '../consortium/consortium.ts'
import { checkRefusalReceipt } from '../consortium/verifiers.ts'

/** One recorded intent, ready to be presented to the asked parties. */
export interface RecordedQuestion {
  readonly intentId: Uint8Array
  /** T of the intent. */
  readonly element: Uint8Array
  /** The sequencer's signed receipt; goes into every hello. */
  readonly receipt: Uint8Array
  /** The subject's encoding. Secret. */
  readonly input: Uint8Array
  /** τ·s. Secret. */
  readonly blind: Uint8Array
}

/** What came back for one table: the outcome entry's line, and the PRF output when it was evaluated. */
export interface PartyReply {
  readonly commitment: TableCommitment
  readonly result: OutcomeResult
  /** y = F(k, x). Secret; null unless evaluated. */
  readonly output: Uint8Array | null
}

/** A reply with what the inquirer keeps to open the evaluation later; null unless evaluated. */
export interface AskedReply extends PartyReply {
  readonly transcript: EvaluationTranscript | null
}

/**
 * Asks one party about one class. Never throws: silence, refusal, wrong answers and the caller's own abort are results,
 * so that every intent gets its outcome.
 */
export async function askParty(
  consortium: Consortium,
  commitment: TableCommitment,
  question: RecordedQuestion,
  callerSignal: AbortSignal | undefined,
): Promise<AskedReply> {
  const { provider, class: className, epoch } = commitment
  const { answerTimeoutMs } = consortium.home.config.limits
  using deadline = deadlineSignal(callerSignal, answerTimeoutMs)
  const base = { provider, class: className as OutcomeResult['class'] }
  let session: Session | undefined
  try {
    session = await consortium.openSession(provider, {
      protocol: KEYWORD_OT_PROTOCOL,
      parameters: parametersFor(commitment.oprf),
      dataset: { provider, class: className, epoch },
      consentReference: question.receipt,
      deadlineMs: answerTimeoutMs,
      signal: deadline.signal,
    })
    const { intentId, element, input, blind } = question
    const statement = {
      intentId,
      provider,
      class: className,
      epoch,
      publicKey: commitment.publicKey,
      element,
    }
    const oprf = oprfSuiteById(commitment.oprf)
    const evaluated = await runKeywordOtClient(session, { oprf, statement, input, blind })
    await session.close()
    const { output, transcript, receipt, receiptSignature } = evaluated
    return {
      commitment,
      output,
      transcript,
      result: { ...base, status: 'evaluated', code: null, receipt, receiptSignature },
    }
  } catch (error) {
    // A stream left open would keep the connection, and with it the process, alive.
    session?.abort()
    const failure = failureOf(error)
    const refusal = signedRefusal(consortium, question, { ...base, epoch, code: failure.code }, error)
    return { commitment, output: null, transcript: null, result: { ...base, ...failure, ...refusal } }
  }
}

function parametersFor(oprf: string): string {
  return keywordOtParameters.find(set => set.oprf.id === oprf)?.id ?? oprf
}

/** The provider's signed refusal, where it is one of this question that the ledger will take; nothing otherwise. */
function signedRefusal(
  { registry, home }: Consortium,
  { intentId }: RecordedQuestion,
  {
    provider,
    class: className,
    epoch,
    code,
  }: Pick<OutcomeResult, 'provider' | 'class' | 'code'> & { epoch: number },
  error: unknown,
): Partial<SignedRefusal> {
  const statement = error instanceof MixunError ? error.details['statement'] : undefined
  const providerKey = registry.member(provider)?.signingKey
  if (typeof statement !== 'string' || providerKey === undefined) return {}
  const { suite, partyId: inquirer } = home.identity
  try {
    const refusal = decodeSignedRefusal(fromHex(statement))
    const intent = { intentId, inquirer }
    const result = { provider, class: className, code }
    const ledger = ledgerId(registry.anchor)
    checkRefusalReceipt(suite, { ledger, intent, result, table: { epoch }, providerKey, ...refusal })
    return refusal
  } catch (cause) {
    if (cause instanceof MixunError) return {}
    throw cause
  }
}

function failureOf(error: unknown): Pick<OutcomeResult, 'status' | 'code' | 'receipt' | 'receiptSignature'> {
  const none = { receipt: null, receiptSignature: null }
  if (!(error instanceof MixunError)) return { status: 'failed', code: 'ERR_INTERNAL', ...none }
  if (error.code === 'ERR_PEER_REFUSED') {
    const peerCode = String(error.details['peerCode'])
    return { status: 'refused', code: isErrorCode(peerCode) ? peerCode : 'ERR_PEER_REFUSED', ...none }
  }
  const isSilence = error.code.startsWith('ERR_CHANNEL_') && error.code !== 'ERR_CHANNEL_ABORTED'
  const status = isSilence ? 'timed-out' : 'failed'
  return { status, code: error.code, ...none }
}
