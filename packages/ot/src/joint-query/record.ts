import { binary, partyId, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

const sessionFields = {
  version: z.literal(1),
  /** `statementHash` of the query. */
  statement: binary(32),
  inquirer: partyId,
  /** Who answered. */
  party: partyId,
  sessionId: binary(32),
  /** Digest of the transcript before the first message: it covers the signed hello. */
  start: binary(32),
  /** Messages of the session as they were sent; the first two are empty in a comparison. */
  request: binary(0, 512),
  evaluation: binary(0, 512),
  choice: binary(1, 16_384),
}

const askedFields = {
  ...sessionFields,
  /** Seeds of the session's OTs, of all leaves; secret. */
  otSeeds: binary(1, 16_384),
}

const attemptSchema = z.strictObject(askedFields)

/** What an inquirer keeps of a comparison before it asks for it. Secret. */
export type JointComparisonAttempt = z.infer<typeof attemptSchema>

/** The canonical encoding of an attempt, at most 36,000 bytes; about 9,000. */
export const jointComparisonAttemptCodec = recordCodec('joint comparison attempt', attemptSchema, 36_000)

const inquirerRecordSchema = z.strictObject({
  ...askedFields,
  answer: binary(1, 262_144),
  receipt: binary(1, 768),
  signature: binary(64),
})

/** What an inquirer keeps of a session, so that an audit can run it again. Confidential: with the subject it is the amount's share. */
export type JointInquirerRecord = z.infer<typeof inquirerRecordSchema>

/** The canonical encoding of an inquirer's record, at most 300,000 bytes; about 190,000. */
export const jointInquirerRecordCodec = recordCodec('joint inquirer record', inquirerRecordSchema, 300_000)

const answerRecordSchema = z.strictObject({
  ...sessionFields,
  /** The seed of the session. */
  seed: binary(32),
  /** Δ and the session's seeds, but for the missing leaves. */
  otOpening: binary(1, 16_384),
  /** Words of masks with the other parties, 16 bytes each. */
  words: binary(16, 16_384),
  receipt: binary(1, 768),
  signature: binary(64),
})

/**
 * What a provider, or the association, keeps of a session for its own audit. Secret: with it the inquirer's inputs can be read
 * from the recorded messages. Δ is the setup's: whoever opens this to an auditor makes a new setup.
 */
export type JointAnswerRecord = z.infer<typeof answerRecordSchema>

/** The canonical encoding of an answer's record, at most 65,536 bytes; about 10,000 with ten firms. */
export const jointAnswerRecordCodec = recordCodec('joint answer record', answerRecordSchema, 65_536)
