import { binary, partyId, recordCodec, text } from '@mixun/core/codec'
import { type ErrorCode, fail, isErrorCode, PolicyError } from '@mixun/core/errors'
import {
  type Appended,
  entryCodec,
  type IntentPayload,
  type LedgerEntry,
  type OutcomePayload,
  type Payloads,
} from '@mixun/ledger-adapter/ledger'
import { evaluationTranscriptCodec } from '@mixun/ot/keyword-ot'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import { z } from 'zod'
import { type Consortium, isOfOldKey } from '../consortium/consortium.ts'
import { commitmentOf } from '../consortium/verifiers.ts'
import type { InquiryProgressStore } from '../store/inquiry-progress.ts'
import type { AskedReply } from './ask.ts'

/** Time that an intent must have left to be asked under again, in milliseconds. */
const MIN_LEFT_MS = 1_000

/** An answer for good, as the journal keeps it. */
export const replyCodec = recordCodec(
  'stored reply',
  z.strictObject({
    provider: partyId,
    class: z.enum(['A', 'B', 'C']),
    status: z.enum(['evaluated', 'refused']),
    code: text(64).nullable(),
    receipt: binary(1, 512),
    receiptSignature: binary(64),
    output: binary(16, 64).nullable(),
    transcript: binary(1, 1_024).nullable(),
  }),
  2_048,
)

/** An inquiry that was cut off and goes on under its own intent. */
export interface ResumedInquiry {
  readonly intent: IntentPayload
  readonly asked: readonly TableCommitment[]
  /** Null of one that was bought in advance, while the ledger is out of reach. */
  readonly recorded: Appended | null
  /** The outcome as it was made before the cut; null when parties have yet to be asked. */
  readonly outcome: MadeOutcome | null
}

/** An outcome that waits to be recorded. */
export interface MadeOutcome {
  readonly entry: LedgerEntry
  readonly payload: OutcomePayload
}

/**
 * Goes on with the intent of an inquiry that was cut off, so that its consent is used once. An intent that never got on
 * record is sent now; one that is too old, or whose wait the caller aborted, is not gone on with.
 *
 * @returns null when the inquiry has to be asked under a new intent
 * @throws ERR_CHANNEL_… when the association cannot be reached, ERR_PEER_REFUSED, ERR_LEDGER_… when it takes no entries
 */
export async function resumeInquiry(
  consortium: Consortium,
  store: InquiryProgressStore,
  intentId: Uint8Array,
  now: number,
): Promise<ResumedInquiry | null> {
  const progress = store.progress(intentId)
  if (progress === null) return null
  const { entry, payload: intent } = readOwn(consortium, 'intent', progress.entry)
  const outcome = progress.outcome === null ? null : readOwn(consortium, 'outcome', progress.outcome)
  if (outcome === null ? !isOpen(consortium, intent, now) : wasAborted(outcome.payload)) return null
  const tables = intent.asked.map(({ provider, class: recordClass, epoch }) =>
    consortium.registry.table(provider, recordClass, epoch),
  )
  if (tables.includes(undefined)) return null
  try {
    const recorded = await consortium.appendEntry(entry)
    return { intent, asked: tables.map(table => commitmentOf(table as never)), recorded, outcome }
  } catch (error) {
    // What the ledger's rules refuse now was never on record; so was what was signed with a key of before.
    if (error instanceof PolicyError || isOfOldKey(error)) return null
    throw error
  }
}

/** The reply of a party that needs not be asked again; null for one that has not answered for good. */
export function storedReply(
  store: InquiryProgressStore,
  intentId: Uint8Array,
  commitment: TableCommitment,
): AskedReply | null {
  const bytes = store.reply(intentId, commitment.provider, commitment.class)
  if (bytes === null) return null
  const { output, transcript, code, ...result } = replyCodec.decode(bytes)
  return {
    commitment,
    output,
    transcript: transcript === null ? null : evaluationTranscriptCodec.decode(transcript),
    result: { ...result, code: code !== null && isErrorCode(code) ? code : null },
  }
}

/** Keeps what a party answered for good: an evaluation, or a signed refusal. */
export function keepReply(store: InquiryProgressStore, intentId: Uint8Array, reply: AskedReply): void {
  const { provider, class: recordClass, status, code, receipt, receiptSignature } = reply.result
  if ((status !== 'evaluated' && status !== 'refused') || receipt === null || receiptSignature === null)
    return
  const transcript = reply.transcript === null ? null : evaluationTranscriptCodec.encode(reply.transcript)
  const { output } = reply
  const kept = { provider, class: recordClass, status, code, receipt, receiptSignature, output, transcript }
  store.replied(intentId, provider, recordClass, replyCodec.encode(kept))
}

/** The own entry of an envelope that was kept as it was made: sealed anew it would be another. */
export function readOwn<K extends 'intent' | 'outcome'>(
  { registry }: Consortium,
  kind: K,
  bytes: Uint8Array,
): { readonly entry: LedgerEntry; readonly payload: Payloads[K] } {
  const entry = entryCodec.decode(bytes)
  const read = registry.read(entry)
  if (read.kind !== kind) return fail('ERR_HOME_INVALID', `inquiries.db: expected the ${kind} of this member`)
  return { entry, payload: read.payload as Payloads[K] }
}

/** Providers answer under it: it is not over and its consent was not withdrawn. */
export function isOpen(
  { registry }: Consortium,
  { intentId, expiresAt }: IntentPayload,
  now: number,
): boolean {
  return expiresAt >= now + MIN_LEFT_MS && registry.intentEndedAt(intentId) === undefined
}

function wasAborted({ results }: OutcomePayload): boolean {
  const aborted: ErrorCode = 'ERR_CHANNEL_ABORTED'
  return results.some(({ code }) => code === aborted)
}
