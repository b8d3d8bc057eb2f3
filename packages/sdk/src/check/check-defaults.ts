import { fromHex, toHex, utf8, wipe } from '@mixun/core/bytes'
import { throwIfEnded } from '@mixun/core/channel'
import {
  checkConsentUse,
  chinaDateOf,
  compareRecords,
  type DefaultRecord,
  type RecordClass,
  type Subject,
  unpackRecords,
} from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import { entryOpeningCodec, requireIntentReceipt } from '@mixun/ledger-adapter/ledger'
import type { SealedTable, TableCommitment } from '@mixun/ot/sealed-table'
import type { Consents } from '../consents/index.ts'
import type { Consortium } from '../consortium/consortium.ts'
import { requireCosigned } from '../consortium/cosigned.ts'
import type { ListStore } from '../consortium/lists.ts'
import type { TableStore } from '../consortium/tables.ts'
import { type ConsentId, type IntentId, parseRequestId } from '../ids.ts'
import type { Approvals } from '../store/approvals.ts'
import type { BudgetUses, OwnBudgetUse } from '../store/budget-uses.ts'
import type { InquiryStore } from '../store/inquiries.ts'
import type { OwnRecords } from '../store/own-records.ts'
import { answerFromJson, answerToJson, type DefaultsAnswer } from './answer.ts'
import { type AskedReply, askParty, type PartyReply, type RecordedQuestion } from './ask.ts'
import { prepareIntent, tablesToAsk } from './intent.ts'
import { readReply } from './read-reply.ts'
import { type MissingParty, verdictOf } from './verdict.ts'

/** What an inquiry is asked under. */
export interface CheckOptions {
  /** A consent of this subject, from `consents.register`. */
  readonly consent: ConsentId
  /**
   * The caller's name of this inquiry, 1 to 128 characters: asking again under it returns the stored answer and costs
   * nothing. It must not hold the subject's number.
   */
  readonly requestId: string
  /** Classes to ask; all that the consent covers by default. */
  readonly classes?: readonly RecordClass[]
  /** Who asks: the firm's own budgets count by officer, and dual control goes by it. */
  readonly operator?: string
  /** Told of each of the firm's own budgets of which at least four fifths are used, this inquiry included. */
  readonly onBudgetAlarm?: (use: OwnBudgetUse) => void
  /** Ends the wait for the parties. Once the intent is on record its outcome is recorded all the same. */
  readonly signal?: AbortSignal
}

/** What a check works with: the parts of an open home. */
export interface CheckParts {
  readonly consortium: Consortium
  readonly consents: Consents
  readonly inquiries: InquiryStore
  readonly budgets: BudgetUses
  readonly approvals: Approvals
  readonly ownRecords: OwnRecords
  readonly tables: TableStore
  readonly lists: ListStore
}

/**
 * Asks every provider of the consented classes, all at once: intent → evaluations → outcome on record → rows opened.
 *
 * @throws ERR_INPUT_RANGE for a request id that is none, ERR_REQUEST_ID_REUSED, ERR_CONSENT_…, ERR_BUDGET_EXCEEDED, ERR_APPROVAL_PENDING, ERR_OPERATOR_UNKNOWN, ERR_POINTS_INSUFFICIENT, ERR_TABLE_…, ERR_LEDGER_…,
 * ERR_CHANNEL_… when the association cannot be reached or the caller aborts
 */
export async function checkDefaults(
  parts: CheckParts,
  subject: Subject,
  options: CheckOptions,
): Promise<DefaultsAnswer> {
  const { consortium, inquiries } = parts
  const requestId = parseRequestId(options.requestId, subject)
  throwIfEnded(options.signal)
  const consent = parts.consents.find(options.consent)
  const secret = consent.reveal()
  const classes = [...new Set(options.classes ?? consent.receipt.classes)].toSorted()
  const input = subject.encode()
  const scope = [input, fromHex(options.consent), utf8(classes.join())]
  const stored = inquiries.inquiry(requestId, scope)
  if (stored?.answer != null) return answerFromJson(stored.answer)

  if (secret.idType !== subject.idType || secret.idNumber !== subject.reveal()) {
    fail('ERR_CONSENT_SUBJECT', 'the consent was given by another subject')
  }
  const { purpose } = consent.receipt
  checkConsentUse(consent.receipt, { now: Date.now(), classes, purpose })
  await consortium.sync()
  if (consortium.registry.consent(consent.receipt.consentId)?.withdrawnIndex != null) {
    fail('ERR_CONSENT_WITHDRAWN', 'the consent was withdrawn')
  }
  const operator = options.operator ?? null
  parts.approvals.requireApproved({ requestId, scope, purpose, operator })
  for (const use of parts.budgets.spend(chinaDateOf(Date.now()), operator, purpose)) {
    if (use.isAlarm) options.onBudgetAlarm?.(use)
  }
  const { asked, intent, recorded } = await onceMoreIfStale(consortium, async () => {
    const tables = tablesToAsk(consortium, classes)
    await requireCosigned(consortium, tables, options.signal)
    const prepared = prepareIntent(consortium, consent.receipt, secret.opening, classes, tables)
    throwIfEnded(options.signal) // the last moment at which an abort costs nothing
    const kept = { consentId: consent.receipt.consentId, factor: prepared.factor }
    const line = { subject: input, operator, askedAt: Date.now() }
    inquiries.start(requestId, scope, prepared.payload.intentId, kept, line)
    const appended = await consortium.append('intent', prepared.payload, { basis: prepared.basis })
    return { asked: tables, intent: prepared, recorded: appended }
  })
  const { intentId, element } = intent.payload
  const { anchor } = consortium.registry
  const receipt = requireIntentReceipt(anchor, intent.payload, recorded.intentReceipt)

  const question = { intentId, element, receipt, input, blind: intent.blind }
  const fetched = asked.map(commitment => fetchTable(parts, commitment, options.signal))
  const listed = publicRecords(parts, classes, input, options.signal)
  // Awaited further down; a failure before that must not end the process as an unhandled rejection.
  void Promise.allSettled([...fetched, listed])
  const replies = await askAll(consortium, asked, question, options.signal)
  const outcome = await consortium.append('outcome', {
    intentId,
    results: replies.map(reply => reply.result),
  })
  throwIfEnded(options.signal)

  const opened = await openReplies(parts, replies, fetched)
  const fromList = await listed
  const own = classes.flatMap(each => unpackAll(parts.ownRecords.find(each, input)))
  const records = [...own, ...fromList.records, ...opened.records].toSorted(compareRecords)
  const missing = [...opened.missing, ...fromList.missing]
  // What the caller's own abort kept away is no party's fault and no answer.
  throwIfEnded(options.signal)

  await consortium.sync()
  for (const appended of [recorded, outcome]) consortium.requireOnRecord(appended)
  const { mirror } = consortium
  const answer: DefaultsAnswer = {
    requestId,
    verdict: verdictOf(records.length, missing.length),
    records,
    missing,
    evidence: {
      intentId: toHex(intentId) as IntentId,
      intentIndex: recorded.receipt.index,
      outcomeIndex: outcome.receipt.index,
      checkpoint: mirror.checkpoint?.text ?? '',
      intentOpening: toHex(entryOpeningCodec.encode(mirror.opening(recorded.receipt.index))),
      outcomeOpening: toHex(entryOpeningCodec.encode(mirror.opening(outcome.receipt.index))),
      intentProof: mirror.proveInclusion(recorded.receipt.index).map(toHex),
      outcomeProof: mirror.proveInclusion(outcome.receipt.index).map(toHex),
      parties: opened.evidence,
    },
  }
  inquiries.answered(requestId, JSON.stringify(answerToJson(answer)), replies.flatMap(evaluationOf))
  return answer
}

/** A provider may publish between our sync and our intent: the refused intent cost nothing and is made anew. */
async function onceMoreIfStale<T>(consortium: Consortium, record: () => Promise<T>): Promise<T> {
  try {
    return await record()
  } catch (error) {
    const isStale =
      error instanceof MixunError &&
      ['ERR_EPOCH_STALE', 'ERR_INTENT_SELECTIVE', 'ERR_LEDGER_ENVELOPE'].includes(error.code)
    if (!isStale) throw error
    await consortium.sync()
    return record()
  }
}

function evaluationOf({ commitment, transcript }: AskedReply) {
  const { provider, class: className } = commitment
  return transcript === null ? [] : [{ provider, class: className, transcript }]
}

/** All parties at once. The blind is erased afterwards. */
async function askAll(
  consortium: Consortium,
  asked: readonly TableCommitment[],
  question: RecordedQuestion,
  signal: AbortSignal | undefined,
): Promise<AskedReply[]> {
  try {
    return await Promise.all(asked.map(commitment => askParty(consortium, commitment, question, signal)))
  } finally {
    wipe(question.blind)
  }
}

/** The table, or the error that kept it away: a missing table is a missing party, not a failed check. */
async function fetchTable(
  parts: CheckParts,
  commitment: TableCommitment,
  signal: AbortSignal | undefined,
): Promise<SealedTable | MixunError> {
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
  fetched: readonly Promise<SealedTable | MixunError>[],
) {
  const { suite } = parts.consortium.home.identity
  const records: DefaultRecord[] = []
  const missing: MissingParty[] = []
  const evidence: DefaultsAnswer['evidence']['parties'][number][] = []
  for (const [i, reply] of replies.entries()) {
    const read = await readReply(suite, reply, fetched[i] as Promise<SealedTable | MixunError>)
    if ('missing' in read) {
      missing.push(read.missing)
    } else {
      records.push(...read.records)
      evidence.push(read.evidence)
    }
  }
  return { records, missing, evidence }
}

/** Public class A penalties: matched against the local copy of the signed list, nobody is asked. */
async function publicRecords(
  parts: CheckParts,
  classes: readonly RecordClass[],
  input: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<{ records: DefaultRecord[]; missing: MissingParty[] }> {
  const { consortium, lists } = parts
  const provider = consortium.anchor.association.partyId
  const list = classes.includes('A') ? consortium.registry.currentList(provider) : undefined
  if (list === undefined) return { records: [], missing: [] }
  try {
    const payload = await lists.find(list, input, consortium, signal)
    return { records: payload === undefined ? [] : unpackRecords([payload]), missing: [] }
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    return { records: [], missing: [{ party: provider, class: 'A', code: error.code }] }
  }
}

function unpackAll(payloads: Uint8Array[]): DefaultRecord[] {
  return payloads.length === 0 ? [] : unpackRecords(payloads)
}
