import { compareBytes, concat, utf8 } from '@mixun/core/bytes'
import { binary, Reader, recordCodec, Writer } from '@mixun/core/codec'
import { fail, MixunError } from '@mixun/core/errors'
import { type DecryptionKey, open, paddedBytes, SLOT_BYTES, SLOT_STEP } from '@mixun/core/sealing'
import { z } from 'zod'
import type { LedgerAnchor } from './anchor.ts'
import { MAX_ENTRY_BYTES, type SignedEntry, signedEntryCodec } from './entry.ts'
import { type IntentBasis, NO_BASIS } from './intent-basis.ts'
import { ledgerId } from './ledger-id.ts'
import { endedIntents } from './payloads/consent-withdrawn.ts'
import { MAX_ASKED_PROVIDERS } from './payloads/inquiries.ts'

/** Bytes of the salt under which an entry is committed to. */
const SALT_BYTES = 32
const SEED_BYTES = 32
const CONSENT_ID_BYTES = 16
const PROOF_BYTES = 64
const AEAD_OVERHEAD_BYTES = 32

/** Association, inquirer and regulators besides the asked parties. */
const MAX_SLOTS = Math.ceil((MAX_ASKED_PROVIDERS + 8) / SLOT_STEP) * SLOT_STEP

/** Largest sealed entry: a page of entries with one more fits a frame. */
const MAX_SEALED_BYTES = 540_000

const INNER_BYTES = SEED_BYTES + SALT_BYTES + CONSENT_ID_BYTES + PROOF_BYTES

const sealedSchema = z.strictObject({
  /** The id of the entry inside. */
  id: binary(16),
  kind: z.literal('sealed'),
  /** Intents that this entry ends, as the entry inside says: a withdrawal's, else none. */
  ends: endedIntents,
  /** Salted commitment to the entry inside. */
  commitment: binary(32),
  ephemeralKey: binary(32, 33),
  slots: binary(SLOT_STEP * SLOT_BYTES, MAX_SLOTS * SLOT_BYTES),
  outer: binary(512, paddedBytes(MAX_ENTRY_BYTES) + AEAD_OVERHEAD_BYTES),
  inner: binary(INNER_BYTES + 16, INNER_BYTES + AEAD_OVERHEAD_BYTES),
})

/**
 * An entry about an inquiry as it stands on the ledger: sealed to those who have to know it. Everyone sees its id, a
 * commitment to it, how long it is about, and that so many read it.
 */
export type SealedEntry = z.infer<typeof sealedSchema>

/** The canonical encoding of a sealed entry. */
export const sealedEntryCodec = recordCodec('sealed entry', sealedSchema, MAX_SEALED_BYTES)

/** One who reads sealed entries: a member with its decryption key. */
export interface LedgerReader {
  readonly partyId: string
  /** Its key; one of them, when it had several. */
  readonly key: DecryptionKey
  /**
   * Its other keys, by their public halves, which the ledger knows: what was sealed before a rotation opens with the key
   * of then. For one that had several. @throws ERR_KEY_FILE
   */
  readonly keyOf?: (publicKey: Uint8Array) => DecryptionKey
}

/** A sealed entry as one of its readers finds it. */
export interface OpenedEntry {
  readonly signed: SignedEntry
  /** Encoding of `signed`. */
  readonly bytes: Uint8Array
  readonly salt: Uint8Array
  /** From the inner box; null for a reader of the outer one. */
  readonly inner: { readonly seed: Uint8Array; readonly basis: IntentBasis } | null
}

/** The salted commitment to an entry: binding for all its readers, and for whoever is shown it later. */
export function commitEntry(anchor: LedgerAnchor, salt: Uint8Array, entry: Uint8Array): Uint8Array {
  return anchor.suite.hash(utf8('mixun-entry-commitment-1\0'), ledgerId(anchor), salt, entry)
}

/** What a sealed entry is bound to: its ledger and all of it that stands in the clear. */
export function sealingContext(
  anchor: LedgerAnchor,
  { id, commitment, ends }: Pick<SealedEntry, 'id' | 'commitment' | 'ends'>,
): Uint8Array {
  return concat(ledgerId(anchor), id, commitment, ...ends)
}

/**
 * Opens a sealed entry and checks it against its commitment. Its author's signature is the caller's to check.
 *
 * @param key of a reader
 * @returns null when it is sealed to others
 * @throws ERR_LEDGER_ENVELOPE when it is sealed to this reader and does not hold what it commits to
 */
function openEntry(anchor: LedgerAnchor, key: DecryptionKey, sealed: SealedEntry): OpenedEntry | null {
  try {
    const opened = open(anchor.suite, sealingContext(anchor, sealed), key, sealed)
    if (opened === null) return null
    const reader = new Reader(opened.outer)
    const salt = Uint8Array.from(reader.fixed(SALT_BYTES))
    const bytes = Uint8Array.from(reader.bytes32(MAX_ENTRY_BYTES))
    reader.end()
    const signed = openCommitment(anchor, sealed, salt, bytes)
    return { signed, bytes, salt, inner: opened.inner === null ? null : decodeInner(opened.inner) }
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    return fail('ERR_LEDGER_ENVELOPE', 'expected a sealed entry that holds what it commits to', { cause })
  }
}

/**
 * {@link openEntry} by a reader with one of its keys, given by their public halves.
 *
 * @throws ERR_LEDGER_ENVELOPE; ERR_KEY_FILE for a key that the reader has no more
 */
export function openUnderAny(
  anchor: LedgerAnchor,
  { key, keyOf }: LedgerReader,
  publicKeys: readonly Uint8Array[],
  sealed: SealedEntry,
): OpenedEntry | null {
  for (const publicKey of publicKeys) {
    const isKey = keyOf === undefined || compareBytes(key.publicKey, publicKey) === 0
    const opened = openEntry(anchor, isKey ? key : keyOf(publicKey), sealed)
    if (opened !== null) return opened
  }
  return null
}

/** The entry that a sealed entry commits to, from whoever shows it. @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_… */
export function openCommitment(
  anchor: LedgerAnchor,
  { id, commitment }: SealedEntry,
  salt: Uint8Array,
  bytes: Uint8Array,
): SignedEntry {
  const signed = signedEntryCodec.decode(bytes)
  const fits =
    compareBytes(commitEntry(anchor, salt, bytes), commitment) === 0 && compareBytes(signed.id, id) === 0
  if (!fits) fail('ERR_VERIFY_COMMITMENT', 'expected the entry that the sealed entry commits to')
  return signed
}

export function encodeOuter(salt: Uint8Array, entry: Uint8Array): Uint8Array {
  return new Writer().fixed(salt, SALT_BYTES).bytes32(entry).finish()
}

/** Of one length for all kinds. */
export function encodeInner(seed: Uint8Array, basis: IntentBasis = NO_BASIS): Uint8Array {
  return new Writer()
    .fixed(seed, SEED_BYTES)
    .fixed(basis.salt, SALT_BYTES)
    .fixed(basis.consentId, CONSENT_ID_BYTES)
    .fixed(basis.rerandomizationProof, PROOF_BYTES)
    .finish()
}

function decodeInner(bytes: Uint8Array): { seed: Uint8Array; basis: IntentBasis } {
  const reader = new Reader(bytes)
  const fixed = (length: number) => Uint8Array.from(reader.fixed(length))
  const inner = {
    seed: fixed(SEED_BYTES),
    basis: {
      salt: fixed(SALT_BYTES),
      consentId: fixed(CONSENT_ID_BYTES),
      rerandomizationProof: fixed(PROOF_BYTES),
    },
  }
  reader.end()
  return inner
}
