import { type ErrorCode, MixunError } from '@mixun/core/errors'
import {
  type Appended,
  entryCodec,
  type IntentPayload,
  type LedgerEntry,
  type OutcomeResult,
} from '@mixun/ledger-adapter/ledger'
import { commitmentOf } from '../consortium/verifiers.ts'
import type { RequestId } from '../ids.ts'
import type { BoughtIntent } from '../store/bought-intents.ts'
import { answerFromJson, answerToJson } from './answer.ts'
import { sendPurchase } from './buy-intents.ts'
import type { SettleParts } from './check-options.ts'
import { recordedEvidence } from './evidence.ts'
import { readOwn, storedReply } from './resume.ts'
import { isOutOfReach } from './use-bought.ts'

/** What became of an intent that was bought in advance. */
export interface SettledIntent {
  readonly intentId: Uint8Array
  /** The inquiry that it was used for; null when it was given back. */
  readonly requestId: string | null
  /** Why the ledger does not take it; null when it did. */
  readonly code: ErrorCode | null
}

/**
 * What a home owes the ledger once that is in reach again: intents that were used are filled in with their outcome, those
 * that expired unused are given back, and provisional answers get their evidence. One that the ledger refuses is tried
 * again.
 *
 * @param own a request that the caller holds: its intent is filled in, its outcome left to the caller
 * @returns nothing for those that wait
 */
export async function settleBought(
  parts: SettleParts,
  own: RequestId | null = null,
): Promise<SettledIntent[]> {
  const settled: SettledIntent[] = []
  for (const each of parts.bought.open()) {
    const { intentId, requestId } = each
    try {
      const isDone = await settleOne(parts, each, own)
      if (isDone) settled.push({ intentId, requestId, code: null })
    } catch (error) {
      if (!(error instanceof MixunError) || isOutOfReach(error)) throw error
      if (error.code !== 'ERR_REQUEST_BUSY') settled.push({ intentId, requestId, code: error.code })
    }
  }
  return settled
}

async function settleOne(parts: SettleParts, each: BoughtIntent, own: RequestId | null): Promise<boolean> {
  const { requestId } = each
  const begun = requestId === null ? null : parts.progress.progress(each.intentId)
  if (requestId === null || begun === null) return giveBack(parts, each)
  if (requestId === own) return fillIn(parts, each, begun, false)
  return parts.claims.hold(requestId, { patienceMs: 0 }, () => fillIn(parts, each, begun, true))
}

/** An unused one: sent again when its purchase was cut off, given back when it is over. */
async function giveBack(parts: SettleParts, each: BoughtIntent): Promise<boolean> {
  const { consortium, bought } = parts
  const { intentId, entry, receipt, expiresAt } = each
  const isOver = Date.now() > expiresAt
  const purchase = consortium.registry.purchase(intentId)
  if (!isOver) {
    if (receipt !== null) return false
    const { intentReceipt } = await sendPurchase(parts, intentId, entryCodec.decode(entry))
    if (intentReceipt !== null) bought.recorded(intentId, intentReceipt)
    return false
  }
  if (purchase !== undefined && purchase.closedIndex === null) {
    await consortium.append('intent-returned', { intentId })
  }
  bought.close(intentId)
  return true
}

async function fillIn(
  parts: SettleParts,
  { intentId, requestId }: BoughtIntent,
  begun: { readonly entry: Uint8Array; readonly outcome: Uint8Array | null },
  concludes: boolean,
): Promise<boolean> {
  const { consortium, bought, inquiries, progress } = parts
  const { entry, payload: intent } = readOwn(consortium, 'intent', begun.entry)
  const recorded = await appendSealed(consortium, entry, again => progress.resealed(intentId, again))
  const stored = inquiries.inquiryById(requestId as string)
  const isOwn = stored !== undefined && Buffer.compare(stored.intentId, intentId) === 0
  const answer = isOwn && stored.answer !== null ? answerFromJson(stored.answer) : null
  // An inquiry that was cut off goes on as any other, once its intent is on record.
  if (!concludes && answer === null) {
    bought.close(intentId)
    return true
  }
  const made = begun.outcome ?? entryCodec.encode(consortium.makeEntry('outcome', outcomeOf(parts, intent)))
  if (begun.outcome === null) progress.concluded(intentId, made)
  const outcome = await appendSealed(consortium, entryCodec.decode(made), again =>
    progress.concluded(intentId, again),
  )
  if (answer?.isProvisional === true) {
    await consortium.sync()
    const { parties } = answer.evidence
    const evidence = recordedEvidence(consortium, intentId, recorded, outcome, parties)
    const complete = { ...answer, evidence, isProvisional: false }
    inquiries.answered(requestId as string, JSON.stringify(answerToJson(complete)))
    progress.forget(intentId)
  }
  bought.close(intentId)
  return true
}

/** A member that reads such entries may have come since, which is then sealed to it too. */
async function appendSealed(
  consortium: SettleParts['consortium'],
  entry: LedgerEntry,
  keep: (entry: Uint8Array) => void,
): Promise<Appended> {
  try {
    return await consortium.appendEntry(entry)
  } catch (error) {
    if (!(error instanceof MixunError) || error.code !== 'ERR_LEDGER_ENVELOPE') throw error
    const again = consortium.reseal(entry)
    keep(entryCodec.encode(again))
    return consortium.appendEntry(again)
  }
}

/** Of an inquiry that was cut off: what was answered before, and nothing of the rest. */
function outcomeOf({ progress, consortium }: SettleParts, intent: IntentPayload) {
  const results = intent.asked.map((table): OutcomeResult => {
    const { provider, class: recordClass, epoch } = table
    const committed = consortium.registry.table(provider, recordClass, epoch)
    const reply = committed && storedReply(progress, intent.intentId, commitmentOf(committed))
    const none = { receipt: null, receiptSignature: null }
    const code: ErrorCode = 'ERR_CHANNEL_ABORTED'
    return reply?.result ?? { provider, class: recordClass, status: 'failed', code, ...none }
  })
  return { intentId: intent.intentId, results }
}
