import { binary, partyId, recordCodec, text } from '@mixun/core/codec'
import { type ErrorCode, isErrorCode, MixunError } from '@mixun/core/errors'
import {
  type Appended,
  entryCodec,
  type IntentPayload,
  type OutcomePayload,
  readEntry,
  type SignedEntry,
} from '@mixun/ledger-adapter/ledger'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import { z } from 'zod'
import type { Consortium } from '../consortium/consortium.ts'
import { commitmentOf } from '../consortium/verifiers.ts'
import type { InquiryProgressStore } from '../store/inquiry-progress.ts'
import type { PartyReply } from './ask.ts'

/** Time that an intent must have left to be asked under again, in milliseconds. */
const MIN_LEFT_MS = 1_000

const replyCodec = recordCodec(
  'stored reply',
  z.strictObject({
    provider: partyId,
    class: z.enum(['A', 'B', 'C']),
    status: z.enum(['evaluated', 'refused']),
    code: text(64).nullable(),
    receipt: binary(1, 512),
    receiptSignature: binary(64),
    output: binary(16, 64).nullable(),
  }),
  1_024,
)

/** An inquiry that was cut off and goes on under its own intent. */
export interface ResumedInquiry {
  readonly intent: IntentPayload
  readonly asked: readonly TableCommitment[]
  readonly recorded: Appended
  /** The outcome as it was signed before the cut; null when parties have yet to be asked. */
  readonly outcome: SignedEntry | null
}

/**
 * Goes on with the intent of an inquiry that was cut off, so that its consent is used once. An intent that never got on
 * record is sent now; one that is too old, or whose wait the caller aborted, is not gone on with.
 *
 * @returns null when the inquiry has to be asked under a new intent
 * @throws ERR_CHANNEL_… when the association cannot be reached
 */
export async function resumeInquiry(
  consortium: Consortium,
  store: InquiryProgressStore,
  intentId: Uint8Array,
  now: number,
): Promise<ResumedInquiry | null> {
  const progress = store.progress(intentId)
  if (progress === null) return null
  const entry = entryCodec.decode(progress.entry)
  const intent = readEntry(entry).payload as IntentPayload
  const outcome = progress.outcome === null ? null : entryCodec.decode(progress.outcome)
  if (outcome === null ? intent.expiresAt < now + MIN_LEFT_MS : wasAborted(outcome)) return null
  const tables = intent.asked.map(({ provider, class: recordClass, epoch }) =>
    consortium.registry.table(provider, recordClass, epoch),
  )
  if (tables.includes(undefined)) return null
  try {
    const recorded = await consortium.appendEntry(entry)
    return { intent, asked: tables.map(table => commitmentOf(table as never)), recorded, outcome }
  } catch (error) {
    // What the ledger refuses now was never on record.
    if (error instanceof MixunError && !error.code.startsWith('ERR_CHANNEL_')) return null
    throw error
  }
}

/** The reply of a party that needs not be asked again; null for one that has not answered for good. */
export function storedReply(
  store: InquiryProgressStore,
  intentId: Uint8Array,
  commitment: TableCommitment,
): PartyReply | null {
  const bytes = store.reply(intentId, commitment.provider, commitment.class)
  if (bytes === null) return null
  const { output, code, ...result } = replyCodec.decode(bytes)
  return { commitment, output, result: { ...result, code: code !== null && isErrorCode(code) ? code : null } }
}

/** Keeps what a party answered for good: an evaluation, or a signed refusal. */
export function keepReply(store: InquiryProgressStore, intentId: Uint8Array, reply: PartyReply): void {
  const { provider, class: recordClass, status, code, receipt, receiptSignature } = reply.result
  if ((status !== 'evaluated' && status !== 'refused') || receipt === null || receiptSignature === null)
    return
  const kept = { provider, class: recordClass, status, code, receipt, receiptSignature, output: reply.output }
  store.replied(intentId, provider, recordClass, replyCodec.encode(kept))
}

function wasAborted(outcome: SignedEntry): boolean {
  const aborted: ErrorCode = 'ERR_CHANNEL_ABORTED'
  return (readEntry(outcome).payload as OutcomePayload).results.some(({ code }) => code === aborted)
}
