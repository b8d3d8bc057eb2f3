import { z } from 'zod'
import { binary, partyId, recordCodec, text, uint, unixMs } from '../codec/index.ts'

/** Version of the hello and of the session framing. */
export const WIRE_VERSION = 1

export const SESSION_ID_BYTES = 32

/** How far ahead the deadline of a hello may lie, in milliseconds. */
export const MAX_HELLO_LIFETIME_MS = 600_000

/**
 * Allowed difference between the clocks of two parties, in milliseconds, either way: a hello is good from so long before
 * it was sent until so long after its deadline.
 */
export const MAX_CLOCK_SKEW_MS = 120_000

/** Largest hello: it may carry a consent reference and a checkpoint. */
export const MAX_HELLO_BYTES = 16_384

const datasetSchema = z.strictObject({
  provider: partyId,
  /** Class of the table: A, B or C. */
  class: z.string().regex(/^[A-Z]$/),
  epoch: uint(),
})

/** The table a session is about. */
export type Dataset = z.infer<typeof datasetSchema>

const helloSchema = z.strictObject({
  version: uint(255),
  /** What the session runs, for example `keyword-ot`. */
  protocol: text(64),
  /** Parameter-set id of the protocol. */
  parameters: text(128),
  suite: text(16),
  sessionId: binary(SESSION_ID_BYTES),
  sender: partyId,
  receiver: partyId,
  dataset: datasetSchema.nullable(),
  /** Opaque to the session: the ledger's receipt of the intent this session serves. */
  consentReference: binary(0, 8_192).nullable(),
  /** The sender's last consortium checkpoint (signed note), or null before the first. */
  checkpoint: text(4_096).nullable(),
  sentAt: unixMs,
  /** The receiver refuses a hello that arrives later, by more than the clocks may differ; at most 600,000 ms after `sentAt`. */
  deadline: unixMs,
})

/** The initiator's first message. Its signature covers every field. */
export type Hello = z.infer<typeof helloSchema>

export const helloCodec = recordCodec('hello', helloSchema, MAX_HELLO_BYTES)

const helloReplySchema = z.strictObject({
  version: uint(255),
  sender: partyId,
  /** Digest of the signed hello this answers. */
  helloDigest: binary(32),
  checkpoint: text(4_096).nullable(),
  sentAt: unixMs,
})

/** The responder's first message. */
export type HelloReply = z.infer<typeof helloReplySchema>

export const helloReplyCodec = recordCodec('hello reply', helloReplySchema, MAX_HELLO_BYTES)
