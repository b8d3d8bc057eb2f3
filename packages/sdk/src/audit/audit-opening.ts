import { fromHex, utf8 } from '@mixun/core/bytes'
import { binary, recordCodec, text, uint } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Identity, Session } from '@mixun/core/session'
import { signFor, verifyFor } from '@mixun/core/suite'
import { inquiryOnRecord, type Registry, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'
import { MAX_JOINT_SESSIONS_BYTES, requireSessions } from './joint-sessions.ts'
import { type InquiryOpening, type InquiryOpeningJson, inquiryOpeningSchema } from './opening.ts'

/** Protocol by which a firm opens a drawn inquiry to the association. */
export const AUDIT_OPENING_PROTOCOL = 'audit-opening'
/** Parameters of {@link AUDIT_OPENING_PROTOCOL}. */
export const AUDIT_OPENING_PARAMETERS = 'auditopening_chunk262144'

/** Largest consent document, in bytes. */
export const MAX_DOCUMENT_BYTES = 16_777_216

const PURPOSE = 'audit-opening'
const CHUNK_BYTES = 262_144

/** What goes before the chunks of the document and of a joint query's sessions. */
export const signedOpeningCodec = recordCodec(
  'signed opening',
  z.strictObject({
    inquirer: text(32),
    /** The opening as JSON. */
    opening: text(4_096),
    documentBytes: uint(MAX_DOCUMENT_BYTES),
    /** Of a joint query, by `jointSessionsCodec`; 0 for others. */
    sessionsBytes: uint(MAX_JOINT_SESSIONS_BYTES),
    signature: binary(64),
  }),
  8_192,
)

/** An opening as its firm signed it: one that does not hold convicts it before anybody. */
export interface SignedOpening {
  readonly inquirer: string
  readonly opening: InquiryOpeningJson
  /** What the firm signed, as kept. */
  readonly bytes: Uint8Array
}

/**
 * Hands an opening and its consent document to the association, over a session of {@link AUDIT_OPENING_PROTOCOL}.
 *
 * @throws ERR_INPUT_LENGTH for a larger document; ERR_PEER_REFUSED with the association's code; ERR_CHANNEL_…
 */
export async function sendOpening(
  session: Session,
  { partyId, signingKey }: Identity,
  opening: InquiryOpening,
  document: Uint8Array,
): Promise<void> {
  if (document.length > MAX_DOCUMENT_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected a document of at most ${MAX_DOCUMENT_BYTES} bytes`)
  }
  const sessions = opening.revealSessions()
  const body = {
    inquirer: partyId,
    opening: JSON.stringify(opening.reveal()),
    documentBytes: document.length,
    sessionsBytes: sessions.length,
  }
  const signature = signFor(signingKey, PURPOSE, utf8(JSON.stringify(body)))
  await session.send(signedOpeningCodec.encode({ ...body, signature }))
  for (const content of [document, sessions]) {
    for (let from = 0; from < content.length; from += CHUNK_BYTES) {
      await session.send(content.subarray(from, from + CHUNK_BYTES))
    }
  }
  await session.receive()
}

/** An opening as it comes in, with what belongs to it. */
export interface ReceivedOpening {
  readonly signed: SignedOpening
  readonly document: Uint8Array
  /** Those that the signed opening names; empty unless it is of a joint query. */
  readonly sessions: Uint8Array
}

/**
 * The association's side; what it read is not checked against the ledger yet.
 *
 * @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE, ERR_VERIFY_COMMITMENT for other sessions than the opening's
 */
export async function receiveOpening(session: Session, registry: Registry): Promise<ReceivedOpening> {
  const signed = readSignedOpening(await session.receive(), registry)
  const document = await receiveChunks(session, signed.documentBytes)
  const sessions = await receiveChunks(session, signed.sessionsBytes)
  requireSessions(registry.anchor.suite, signed.opening, sessions)
  return { signed, document, sessions }
}

async function receiveChunks(session: Session, length: number): Promise<Uint8Array> {
  const content = new Uint8Array(length)
  for (let filled = 0; filled < content.length; ) {
    const chunk = await session.receive()
    const expected = Math.min(CHUNK_BYTES, content.length - filled)
    if (chunk.length !== expected) fail('ERR_DECODE_LENGTH', `expected a chunk of ${expected} bytes`)
    content.set(chunk, filled)
    filled += chunk.length
  }
  return content
}

/** Reads a signed opening. @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE */
export function readSignedOpening(
  bytes: Uint8Array,
  registry: Registry,
): SignedOpening & { readonly documentBytes: number; readonly sessionsBytes: number } {
  const { signature, ...body } = signedOpeningCodec.decode(bytes)
  const { inquirer, documentBytes, sessionsBytes } = body
  const opening = parseOpening(body.opening)
  const from = inquiryOnRecord(registry, fromHex(opening.intentId))?.index ?? Number.POSITIVE_INFINITY
  // A firm that changed its key since it opened the inquiry cannot disown the opening.
  verifyUnderAny(registry.signingKeysSince(inquirer, from), key =>
    verifyFor(registry.anchor.suite, key, PURPOSE, utf8(JSON.stringify(body)), signature),
  )
  return { inquirer, opening, documentBytes, sessionsBytes, bytes: bytes.slice() }
}

function parseOpening(json: string): InquiryOpeningJson {
  try {
    return inquiryOpeningSchema.parse(JSON.parse(json))
  } catch (cause) {
    return fail('ERR_DECODE_SCHEMA', 'expected the opening of an inquiry', { cause })
  }
}
