import { z } from 'zod'
import { fromHex, toHex } from '@mixun/core/bytes'
import { DefaultRecord, type KindCode, kindByCode, parseIsoDate } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { IntentId, RequestId } from '../ids.ts'
import type { MissingParty, Verdict } from './verdict.ts'

const hex = z.string().regex(/^([0-9a-f]{2})*$/)

const recordSchema = z.strictObject({
  kind: z.string(),
  occurredOn: z.string(),
  amountFen: z.string().regex(/^\d+$/).nullable(),
  status: z.enum(['open', 'cured', 'disputed', 'withdrawn']),
  curedOn: z.string().nullable(),
  sourceDigest: hex,
  reporter: z.string(),
})

const partyEvidenceSchema = z.strictObject({
  party: z.string(),
  class: z.string(),
  epoch: z.number(),
  /** Version of the table within the epoch. */
  version: z.number().int().min(0),
  root: hex,
  receipt: hex,
  receiptSignature: hex,
  /** Encoded row evidence (`rowEvidenceCodec` of `@mixun/ot/sealed-table`), one a row of the subject. */
  rows: z.array(hex),
})

/** Shape of {@link InquiryEvidence} as JSON has it. */
export const inquiryEvidenceSchema = z.strictObject({
  intentId: hex.transform(id => id as IntentId),
  intentIndex: z.number(),
  outcomeIndex: z.number(),
  /** Signed note that covers both entries. */
  checkpoint: z.string(),
  /** Show the two entries, which are sealed on the ledger. */
  intentOpening: hex,
  outcomeOpening: hex,
  intentProof: z.array(hex),
  outcomeProof: z.array(hex),
  parties: z.array(partyEvidenceSchema),
})

/**
 * What proves an inquiry to others: ids, roots, receipts and proofs. It opens no row and names no subject, and so cannot
 * show that its rows are the subject's: a tag follows from y alone, which stays at home.
 */
export type InquiryEvidence = z.infer<typeof inquiryEvidenceSchema>
export type PartyEvidence = z.infer<typeof partyEvidenceSchema>

/** The answer to one inquiry. */
export interface DefaultsAnswer {
  readonly requestId: RequestId
  /** `clear` only when every asked party answered and none has a record. */
  readonly verdict: Verdict
  /** Records of all firms, the own firm's included, by date; they print redacted. */
  readonly records: readonly DefaultRecord[]
  /** Asked parties and classes without a usable answer, with the stable code of the reason. */
  readonly missing: readonly MissingParty[]
  readonly evidence: InquiryEvidence
  /**
   * Whether it was asked under an intent that was bought in advance, while the ledger was out of reach, and is not on record
   * yet: of the evidence there are intent id and parties only, and the indices are −1.
   */
  readonly isProvisional: boolean
}

const answerSchema = z.strictObject({
  requestId: z.string(),
  verdict: z.enum(['clear', 'found', 'incomplete']),
  records: z.array(recordSchema),
  missing: z.array(z.strictObject({ party: z.string(), class: z.string(), code: z.string() })),
  evidence: inquiryEvidenceSchema,
  isProvisional: z.boolean().default(false),
})

/** An answer as plain JSON data, records in the clear: for the asking firm's own systems. */
export type AnswerJson = z.infer<typeof answerSchema>

/** Makes an answer plain data; the result names the records in the clear and is as confidential as they are. */
export function answerToJson(answer: DefaultsAnswer): AnswerJson {
  return { ...answer, records: answer.records.map(recordToJson), missing: [...answer.missing] }
}

/** An answer that this home stored. @throws ERR_HOME_INVALID */
export function answerFromJson(json: string): DefaultsAnswer {
  const parsed = answerSchema.safeParse(JSON.parse(json))
  if (!parsed.success) return fail('ERR_HOME_INVALID', 'inquiries.db: expected a stored answer')
  const answer = parsed.data
  const requestId = answer.requestId as RequestId
  return { ...answer, requestId, records: answer.records.map(recordFromJson) }
}

/** A record as plain JSON data, in the clear. */
export function recordToJson(record: DefaultRecord): z.infer<typeof recordSchema> {
  const { kind, occurredOn, amountFen, status, curedOn, sourceDigest, reporter } = record
  const amount = amountFen === null ? null : amountFen.toString()
  return { kind, occurredOn, amountFen: amount, status, curedOn, sourceDigest: toHex(sourceDigest), reporter }
}

function recordFromJson(record: z.infer<typeof recordSchema>): DefaultRecord {
  return DefaultRecord.of({
    ...record,
    kind: kindByCode(record.kind).code as KindCode,
    occurredOn: parseIsoDate(record.occurredOn),
    curedOn: record.curedOn === null ? null : parseIsoDate(record.curedOn),
    amountFen: record.amountFen === null ? null : BigInt(record.amountFen),
    sourceDigest: fromHex(record.sourceDigest),
  })
}
