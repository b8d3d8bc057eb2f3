import { concat } from '@mixun/core/bytes'
import { binary, partyId, recordCodec, unixMs } from '@mixun/core/codec'
import { leafHash } from '@mixun/core/merkle'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import type { Identity } from '@mixun/core/session'
import { type Suite, signFor, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'
import type { LedgerAnchor } from './anchor.ts'
import type { IntentBasis } from './intent-basis.ts'
import { ledgerId } from './ledger-id.ts'
import { ENTRY_KINDS, type EntryKind, type Payloads, payloadCodecs, type TypedEntry } from './payloads.ts'

/** Largest encoded entry: an outcome of 480 results with receipts. */
export const MAX_ENTRY_BYTES = 400_000

const SIGNATURE_PURPOSE = 'ledger-entry'

const bodyFields = {
  id: binary(16),
  kind: z.enum(ENTRY_KINDS),
  author: partyId,
  createdAt: unixMs,
  payload: binary(1, MAX_ENTRY_BYTES - 512),
}
const bodyCodec = recordCodec('entry body', z.strictObject(bodyFields), MAX_ENTRY_BYTES)
const entrySchema = z.strictObject({ ...bodyFields, signature: binary(64) })

/** MessagePack: a map of the five fields of the body. */
const BODY_MAP = Uint8Array.of(0x85)
/** MessagePack: the key `signature`, and 64 bytes behind a header of 2. */
const SIGNATURE_FIELD_BYTES = 10 + 2 + 64

/** What a party says on the ledger: an encoded payload of one kind, signed by its author. */
export type SignedEntry = z.infer<typeof entrySchema>

/** The canonical encoding of an entry in the clear. */
export const signedEntryCodec = recordCodec('entry', entrySchema, MAX_ENTRY_BYTES)

/** What {@link signEntry} takes from its surroundings by default: id, randomness and clock. */
export interface SignEntryOptions {
  /** 16 bytes; fresh random ones by default. Resending under the same id is idempotent. */
  readonly id?: Uint8Array
  readonly random?: RandomSource
  readonly now?: () => number
}

/** Encodes and signs an entry of this ledger as its author. @throws ERR_DECODE_SCHEMA, ERR_DECODE_LENGTH */
export function signEntry<K extends EntryKind>(
  identity: Identity,
  anchor: LedgerAnchor,
  kind: K,
  payload: Payloads[K],
  options: SignEntryOptions = {},
): SignedEntry {
  const body = {
    id: options.id ?? (options.random ?? systemRandom).bytes(16),
    kind,
    author: identity.partyId,
    createdAt: (options.now ?? Date.now)(),
    payload: payloadCodecs[kind].encode(payload as never),
  }
  const signed = concat(ledgerId(anchor), bodyCodec.encode(body))
  return { ...body, signature: signFor(identity.signingKey, SIGNATURE_PURPOSE, signed) }
}

/** Checks the author's signature over the ledger's id and every other field. @throws ERR_VERIFY_SIGNATURE */
export function verifyEntry(anchor: LedgerAnchor, publicKey: Uint8Array, entry: SignedEntry): void {
  const { signature, ...body } = entry
  const signed = concat(ledgerId(anchor), bodyCodec.encode(body))
  verifyFor(anchor.suite, publicKey, SIGNATURE_PURPOSE, signed, signature)
}

/**
 * {@link verifyEntry} of an entry whose encoding is at hand: what is signed is that encoding without its last field.
 *
 * @param bytes `signedEntryCodec.encode(entry)`
 */
export function verifyEncodedEntry(
  anchor: LedgerAnchor,
  publicKey: Uint8Array,
  { signature }: SignedEntry,
  bytes: Uint8Array,
): void {
  verifyEntryStatement(anchor.suite, publicKey, entryStatement(anchor, bytes), signature)
}

/** What the author of an encoded entry signed: the ledger's id and every field but the last. */
export function entryStatement(anchor: LedgerAnchor, bytes: Uint8Array): Uint8Array {
  return concat(ledgerId(anchor), BODY_MAP, bytes.subarray(1, bytes.length - SIGNATURE_FIELD_BYTES))
}

/** Checks the author's signature over an {@link entryStatement}. @throws ERR_VERIFY_SIGNATURE */
export function verifyEntryStatement(
  suite: Suite,
  publicKey: Uint8Array,
  statement: Uint8Array,
  signature: Uint8Array,
): void {
  verifyFor(suite, publicKey, SIGNATURE_PURPOSE, statement, signature)
}

/**
 * Decodes the payload of an entry.
 *
 * @param basis what an intent rests on, for who may see it
 * @throws ERR_DECODE_…
 */
export function readEntry(entry: SignedEntry, basis: IntentBasis | null = null): TypedEntry {
  const { id, kind, author, createdAt } = entry
  const payload = payloadCodecs[kind].decode(entry.payload)
  return {
    id,
    kind,
    author,
    createdAt,
    payload,
    basis: kind === 'intent' || kind === 'joint-intent' ? basis : null,
  } as TypedEntry
}

/** The leaf hash of an encoded entry (RFC 9162 section 2.1.1). */
export function entryLeafHash(suite: Suite, bytes: Uint8Array): Uint8Array {
  return leafHash(suite.hash, bytes)
}
