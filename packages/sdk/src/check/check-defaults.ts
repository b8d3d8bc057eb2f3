import { fromHex, utf8, wipe } from '@mixun/core/bytes'
import { throwIfEnded } from '@mixun/core/channel'
import { compareRecords, type DefaultRecord, type Subject } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import { type Appended, type OutcomeResult, requireIntentReceipt } from '@mixun/ledger-adapter/ledger'
import type { TableRows, TableCommitment } from '@mixun/ot/sealed-table'
import { parseRequestId, type RequestId } from '../ids.ts'
import { answerFromJson, answerToJson, type DefaultsAnswer } from './answer.ts'
import { type AskedReply, askParty, type PartyReply, type RecordedQuestion } from './ask.ts'
import type { RegisteredConsent } from '../consents/index.ts'
import { begin, resume } from './begin-inquiry.ts'
import type { CheckOptions, CheckParts } from './check-options.ts'
import { provisionalEvidence, recordedEvidence } from './evidence.ts'
import { ownRecords, publicRecords } from './local-records.ts'
import { keepOutcome, recordOutcome } from './outcome.ts'
import { readReply } from './read-reply.ts'
import { keepReply, storedReply } from './resume.ts'
import { settleBought } from './settle-bought.ts'
import { Turns } from './turns.ts'
import { beginBought, isOutOfReach, resumeBought } from './use-bought.ts'
import { type MissingParty, verdictOf } from './verdict.ts'

/** How long a request waits for another process of the home that works on it, besides an answer's time, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Questions, and downloads, that are under way at once. Each has its own time from when it begins: a hundred handshakes
 * and evaluations at once would have the last of them wait for all others, and be missing.
 */
const MAX_AT_ONCE = 48

/**
 * Asks every provider of the consented classes, all at once: intent → evaluations → outcome on record → rows opened. An
 * inquiry that was cut off goes on under its own intent while that is good. While the ledger is out of reach it is asked
 * under an intent that was bought in advance, and the answer is provisional until that is filled in.
 *
 * @throws ERR_INPUT_RANGE for a request id that is none, ERR_REQUEST_ID_REUSED, ERR_REQUEST_BUSY, ERR_INQUIRY_REPEATED, ERR_CONSENT_…,
 * ERR_BUDGET_EXCEEDED, ERR_APPROVAL_PENDING, ERR_OPERATOR_UNKNOWN, ERR_POINTS_INSUFFICIENT, ERR_TABLE_…, ERR_LEDGER_…,
 * ERR_CHANNEL_… when the association cannot be reached or the caller aborts
 */
export async function checkDefaults(
  parts: CheckParts,
  subject: Subject,
  options: CheckOptions,
): Promise<DefaultsAnswer> {
  const requestId = parseRequestId(options.requestId, subject)
  const { signal } = options
  throwIfEnded(signal)
  const { answerTimeoutMs } = parts.consortium.home.config.limits
  return parts.claims.hold(requestId, { patienceMs: PATIENCE_MS + answerTimeoutMs, signal }, () =>
    checkAlone(parts, subject, requestId, options),
  )
}

async function checkAlone(
  parts: CheckParts,
  subject: Subject,
  requestId: RequestId,
  options: CheckOptions,
): Promise<DefaultsAnswer> {
  const consent = parts.consents.find(options.consent)
  const input = subject.encode()
  try {
    return await checkConsented(parts, { subject, input, consent }, requestId, options)
  } finally {
    const { opening, documentSalt } = consent.reveal()
    wipe(input, opening, documentSalt)
  }
}

/** About whom an inquiry is, and by which consent; erased when it ends. */
interface ConsentedSubject {
  readonly subject: Subject
  /** The subject's encoding. */
  readonly input: Uint8Array
  readonly consent: RegisteredConsent
}

async function checkConsented(
  parts: CheckParts,
  { subject, input, consent }: ConsentedSubject,
  requestId: RequestId,
  options: CheckOptions,
): Promise<DefaultsAnswer> {
  const { consortium, inquiries, progress } = parts
  const secret = consent.reveal()
  const classes = [...new Set(options.classes ?? consent.receipt.classes)].toSorted()
  const scope = [input, fromHex(options.consent), utf8(classes.join())]
  const stored = inquiries.inquiry(requestId, scope)
  const kept = stored?.answer == null ? null : answerFromJson(stored.answer)
  if (kept !== null && !kept.isProvisional) return kept

  if (secret.idType !== subject.idType || secret.idNumber !== subject.reveal()) {
    fail('ERR_CONSENT_SUBJECT', 'the consent was given by another subject')
  }
  const unreachable = await reach(parts, requestId)
  if (kept !== null) {
    return unreachable !== null ? kept : answerFromJson(inquiries.inquiry(requestId, scope)?.answer as string)
  }
  const inquiry = { requestId, scope, input, consent, classes }
  const begun =
    unreachable === null
      ? ((await resume(parts, stored, secret.opening)) ?? (await begin(parts, options, inquiry)))
      : (resumeBought(parts, stored, secret.opening) ?? beginBought(parts, options, inquiry, unreachable))
  const { asked, intent, recorded, blind } = begun
  const { intentId, element } = intent
  const { anchor } = consortium.registry
  const receipt = begun.reference ?? requireIntentReceipt(anchor, intent, recorded?.intentReceipt ?? null)

  const question = { intentId, element, receipt, input, blind }
  const downloads = new Turns(MAX_AT_ONCE)
  const fetched = asked.map(each => downloads.run(() => fetchTable(parts, each, options.signal)))
  const listed = publicRecords(parts, classes, input, options.signal)
  // Awaited further down; a failure before that must not end the process as an unhandled rejection.
  void Promise.allSettled([...fetched, listed])
  const replies = await askAll(parts, asked, question, begun.outcome?.payload.results ?? null, options.signal)
  const results = replies.map(reply => reply.result)
  const made = begun.outcome?.entry ?? null
  let outcome: Appended | null = null
  let opened: Awaited<ReturnType<typeof openReplies>>
  try {
    if (recorded !== null) outcome = await recordOutcome(parts, { intentId, results }, made)
    else if (made === null) keepOutcome(parts, { intentId, results })
    throwIfEnded(options.signal)
    opened = await openReplies(parts, replies, fetched)
  } finally {
    for (const { output } of replies) if (output !== null) wipe(output)
  }
  const fromList = await listed
  const records = [...ownRecords(parts, classes, input), ...fromList.records, ...opened.records].toSorted(
    compareRecords,
  )
  const missing = [...opened.missing, ...fromList.missing]
  // What the caller's own abort kept away is no party's fault and no answer.
  throwIfEnded(options.signal)

  if (recorded !== null) await consortium.sync()
  const evidence =
    recorded === null || outcome === null
      ? provisionalEvidence(intentId, opened.evidence)
      : recordedEvidence(consortium, intentId, recorded, outcome, opened.evidence)
  const answer: DefaultsAnswer = {
    requestId,
    verdict: verdictOf(records.length, missing.length),
    records,
    missing,
    evidence,
    isProvisional: recorded === null,
  }
  inquiries.answered(requestId, JSON.stringify(answerToJson(answer)), replies.flatMap(evaluationOf))
  if (recorded !== null) progress.forget(intentId)
  return answer
}

/** Brings mirror and purchases up to date. @returns why the ledger is out of reach; null when it is not */
async function reach(parts: CheckParts, requestId: RequestId): Promise<MixunError | null> {
  try {
    await parts.consortium.sync()
    await settleBought(parts, requestId)
    return null
  } catch (error) {
    if (error instanceof MixunError && isOutOfReach(error)) return error
    throw error
  }
}

function evaluationOf({ commitment, transcript }: AskedReply) {
  const { provider, class: className } = commitment
  return transcript === null ? [] : [{ provider, class: className, transcript }]
}

/**
 * All parties at once that have not answered for good before a cut; none once the outcome is fixed. The blind is erased
 * afterwards.
 */
async function askAll(
  { consortium, progress }: CheckParts,
  asked: readonly TableCommitment[],
  question: RecordedQuestion,
  outcome: readonly OutcomeResult[] | null,
  signal: AbortSignal | undefined,
): Promise<AskedReply[]> {
  try {
    const ask = async (commitment: TableCommitment, i: number): Promise<AskedReply> => {
      const stored = storedReply(progress, question.intentId, commitment)
      if (stored !== null) return stored
      const fixed = outcome?.[i]
      if (fixed !== undefined) return { commitment, output: null, transcript: null, result: fixed }
      const reply = await askParty(consortium, commitment, question, signal)
      keepReply(progress, question.intentId, reply)
      return reply
    }
    const questions = new Turns(MAX_AT_ONCE)
    return await Promise.all(asked.map((each, i) => questions.run(() => ask(each, i))))
  } finally {
    wipe(question.blind)
  }
}

/** The table, or the error that kept it away: a missing table is a missing party, not a failed check. */
async function fetchTable(
  parts: CheckParts,
  commitment: TableCommitment,
  signal: AbortSignal | undefined,
): Promise<TableRows | MixunError> {
  try {
    return await parts.tables.get(commitment, parts.consortium, signal)
  } catch (error) {
    if (error instanceof MixunError) return error
    throw error
  }
}

async function openReplies(
  parts: CheckParts,
  replies: readonly PartyReply[],
  fetched: readonly Promise<TableRows | MixunError>[],
) {
  const { suite } = parts.consortium.home.identity
  const records: DefaultRecord[] = []
  const missing: MissingParty[] = []
  const evidence: DefaultsAnswer['evidence']['parties'][number][] = []
  for (const [i, reply] of replies.entries()) {
    const read = await readReply(suite, reply, fetched[i] as Promise<TableRows | MixunError>)
    if ('missing' in read) {
      missing.push(read.missing)
    } else {
      records.push(...read.records)
      evidence.push(read.evidence)
    }
  }
  return { records, missing, evidence }
}
