import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { seal, SEALING_SEED_BYTES } from '@mixun/core/sealing'
import { readEntry, type SignedEntry, signedEntryCodec } from './entry.ts'
import type { IntentBasis } from './intent-basis.ts'
import type { EntryKind, TypedEntry } from './payloads.ts'
import type { RegistryView } from './registry-view.ts'
import {
  commitEntry,
  encodeInner,
  encodeOuter,
  type OpenedEntry,
  type SealedEntry,
  sealedEntryCodec,
  sealingContext,
} from './sealed-entry.ts'

/** Kinds of entries that say who asks, when, why or about whom twice. */
const SEALED_KINDS: readonly EntryKind[] = ['consent', 'intent', 'outcome', 'consent-withdrawn']

/** Whether entries of this kind stand on the ledger sealed only. */
export function isSealedKind(kind: EntryKind): boolean {
  return SEALED_KINDS.includes(kind)
}

/** What {@link sealEntry} knows of the members. */
export type MembersView = Pick<RegistryView, 'anchor' | 'member' | 'members'>

/** What {@link sealEntry} takes besides the entry. */
export interface SealEntryOptions {
  /** What an intent rests on; for intents only. */
  readonly basis?: IntentBasis | undefined
  readonly random?: RandomSource
}

/**
 * Seals an inquiry's entry to its readers: association, regulators and inquirer, and the outer box of an intent to every
 * asked party.
 *
 * @throws ERR_LEDGER_ENVELOPE when a reader is no member
 */
export function sealEntry(
  members: MembersView,
  signed: SignedEntry,
  { basis, random = systemRandom }: SealEntryOptions = {},
): SealedEntry {
  const seed = random.bytes(SEALING_SEED_BYTES)
  return sealWith(
    members,
    signed,
    signedEntryCodec.encode(signed),
    random.bytes(32),
    encodeInner(seed, basis),
    seed,
  )
}

/**
 * A sealed entry is exactly what {@link sealEntry} makes of the entry inside: all readers can open it, and no others. Who
 * opened the outer box only sees that it is one of the readers.
 *
 * @throws ERR_LEDGER_ENVELOPE
 */
export function requireWellSealed(
  members: MembersView,
  reader: string,
  sealed: SealedEntry,
  { signed, bytes, salt, inner }: OpenedEntry,
): void {
  if (inner === null) {
    const { outer } = readersOf(members, readEntry(signed))
    if (!outer.includes(reader) || sealed.ends.length > 0) {
      fail(
        'ERR_LEDGER_ENVELOPE',
        'expected an entry of which asked parties open the outer box, and others both',
      )
    }
    return
  }
  const again = sealWith(members, signed, bytes, salt, encodeInner(inner.seed, inner.basis), inner.seed)
  if (compareBytes(sealedEntryCodec.encode(again), sealedEntryCodec.encode(sealed)) !== 0) {
    fail('ERR_LEDGER_ENVELOPE', 'expected an entry that is sealed to all its readers and to no others')
  }
}

function sealWith(
  members: MembersView,
  signed: SignedEntry,
  bytes: Uint8Array,
  salt: Uint8Array,
  inner: Uint8Array,
  seed: Uint8Array,
): SealedEntry {
  const { anchor } = members
  const entry = readEntry(signed)
  const open = {
    id: signed.id,
    kind: 'sealed' as const,
    ends: entry.kind === 'consent-withdrawn' ? entry.payload.intents : [],
    commitment: commitEntry(anchor, salt, bytes),
  }
  const contents = { outer: encodeOuter(salt, bytes), inner }
  const context = sealingContext(anchor, open)
  const { inner: full, outer } = readersOf(members, entry)
  const readers = [
    ...full.map(party => ({ publicKey: encryptionKey(members, party), opensInner: true })),
    ...outer.map(party => ({ publicKey: encryptionKey(members, party), opensInner: false })),
  ]
  return { ...open, ...seal(anchor.suite, context, readers, contents, seed) }
}

/** Who opens both boxes and who the outer one, in one order, so that everyone seals the same entry the same way. */
function readersOf(members: MembersView, entry: TypedEntry): { inner: string[]; outer: string[] } {
  const { association } = members.anchor
  const regulators = members
    .members()
    .filter(({ role, status }) => role === 'regulator' && status === 'active')
  const inner = new Set([association.partyId, entry.author, ...regulators.map(({ partyId }) => partyId)])
  const asked = entry.kind === 'intent' ? entry.payload.asked.map(({ provider }) => provider) : []
  const outer = new Set(asked.filter(provider => !inner.has(provider)))
  return { inner: [...inner], outer: [...outer] }
}

function encryptionKey(members: MembersView, partyId: string): Uint8Array {
  return (
    members.member(partyId)?.encryptionKey ??
    fail('ERR_LEDGER_ENVELOPE', `expected ${partyId} to be a member`)
  )
}
