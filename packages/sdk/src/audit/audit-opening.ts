import { fromHex, utf8 } from '@mixun/core/bytes'
import { binary, recordCodec, text, uint } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Identity, Session } from '@mixun/core/session'
import { signFor, verifyFor } from '@mixun/core/suite'
import { type Registry, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'
import { type InquiryOpening, type InquiryOpeningJson, inquiryOpeningSchema } from './opening.ts'

/** Protocol by which a firm opens a drawn inquiry to the association. */
export const AUDIT_OPENING_PROTOCOL = 'audit-opening'
/** Parameters of {@link AUDIT_OPENING_PROTOCOL}. */
export const AUDIT_OPENING_PARAMETERS = 'auditopening_chunk262144'

/** Largest consent document, in bytes. */
export const MAX_DOCUMENT_BYTES = 16_777_216

const PURPOSE = 'audit-opening'
const CHUNK_BYTES = 262_144

/** What goes before the chunks of the document. */
export const signedOpeningCodec = recordCodec(
  'signed opening',
  z.strictObject({
    inquirer: text(32),
    /** The opening as JSON. */
    opening: text(4_096),
    documentBytes: uint(MAX_DOCUMENT_BYTES),
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
  const body = {
    inquirer: partyId,
    opening: JSON.stringify(opening.reveal()),
    documentBytes: document.length,
  }
  const signature = signFor(signingKey, PURPOSE, utf8(JSON.stringify(body)))
  await session.send(signedOpeningCodec.encode({ ...body, signature }))
  for (let from = 0; from < document.length; from += CHUNK_BYTES) {
    await session.send(document.subarray(from, from + CHUNK_BYTES))
  }
  await session.receive()
}

/** The association's side; what it read is not checked against the ledger yet. @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE */
export async function receiveOpening(
  session: Session,
  registry: Registry,
): Promise<{ readonly signed: SignedOpening; readonly document: Uint8Array }> {
  const signed = readSignedOpening(await session.receive(), registry)
  const document = new Uint8Array(signed.documentBytes)
  for (let filled = 0; filled < document.length; ) {
    const chunk = await session.receive()
    const expected = Math.min(CHUNK_BYTES, document.length - filled)
    if (chunk.length !== expected) fail('ERR_DECODE_LENGTH', `expected a chunk of ${expected} bytes`)
    document.set(chunk, filled)
    filled += chunk.length
  }
  return { signed, document }
}

/** Reads a signed opening. @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE */
export function readSignedOpening(
  bytes: Uint8Array,
  registry: Registry,
): SignedOpening & { readonly documentBytes: number } {
  const { signature, ...body } = signedOpeningCodec.decode(bytes)
  const { inquirer, documentBytes } = body
  const opening = parseOpening(body.opening)
  const from = registry.intent(fromHex(opening.intentId))?.index ?? Number.POSITIVE_INFINITY
  // A firm that changed its key since it opened the inquiry cannot disown the opening.
  verifyUnderAny(registry.signingKeysSince(inquirer, from), key =>
    verifyFor(registry.anchor.suite, key, PURPOSE, utf8(JSON.stringify(body)), signature),
  )
  return { inquirer, opening, documentBytes, bytes: bytes.slice() }
}

function parseOpening(json: string): InquiryOpeningJson {
  try {
    return inquiryOpeningSchema.parse(JSON.parse(json))
  } catch (cause) {
    return fail('ERR_DECODE_SCHEMA', 'expected the opening of an inquiry', { cause })
  }
}
