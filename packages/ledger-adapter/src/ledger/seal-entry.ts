import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { seal, SEALING_SEED_BYTES, type SealingReader, verifySealing } from '@mixun/core/sealing'
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
  sealingContext,
} from './sealed-entry.ts'

/** Kinds of entries that say who asks, when, why or about whom twice; a ticket, that somebody was answered. */
const SEALED_KINDS: readonly EntryKind[] = [
  'consent',
  'intent',
  'intent-bought',
  'intent-returned',
  'outcome',
  'consent-withdrawn',
  'ticket',
  'joint-intent',
  'joint-outcome',
]

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
 * asked party, of a ticket to its addressee.
 *
 * @throws ERR_LEDGER_ENVELOPE when a reader is no member
 */
export function sealEntry(
  members: MembersView,
  signed: SignedEntry,
  { basis, random = systemRandom }: SealEntryOptions = {},
): SealedEntry {
  const { anchor } = members
  const [seed, salt] = [random.bytes(SEALING_SEED_BYTES), random.bytes(32)]
  const bytes = signedEntryCodec.encode(signed)
  const entry = readEntry(signed)
  const open = {
    id: signed.id,
    kind: 'sealed' as const,
    ends: [...endsOf(entry)],
    commitment: commitEntry(anchor, salt, bytes),
  }
  const readers = sealingReaders(members, readersOf(members, entry))
  const contents = { outer: encodeOuter(salt, bytes), inner: encodeInner(seed, basis) }
  return { ...open, ...seal(anchor.suite, sealingContext(anchor, open), readers, contents, seed) }
}

/**
 * A sealed entry is sealed as {@link sealEntry} does it: whoever has to read it can. Who opened the outer box only sees
 * that it is one of those readers.
 *
 * @param reader who opened it
 * @throws ERR_LEDGER_ENVELOPE
 */
export function requireWellSealed(
  members: MembersView,
  reader: string,
  sealed: SealedEntry,
  entry: TypedEntry,
  { bytes, salt, inner }: OpenedEntry,
): void {
  const readers = readersOf(members, entry)
  const isEnding = endsOf(entry)
  const fits =
    isEnding.length === sealed.ends.length &&
    isEnding.every((id, i) => compareBytes(id, sealed.ends[i] as Uint8Array) === 0) &&
    (inner !== null || readers.outer.includes(reader))
  if (!fits) fail('ERR_LEDGER_ENVELOPE', 'expected an entry that is sealed to one who opens this much of it')
  if (inner === null) return
  const { anchor } = members
  const contents = { outer: encodeOuter(salt, bytes), inner: encodeInner(inner.seed, inner.basis) }
  const context = sealingContext(anchor, sealed)
  const own = encryptionKey(members, reader)
  try {
    verifySealing(anchor.suite, context, sealingReaders(members, readers), own, contents, inner.seed, sealed)
  } catch (cause) {
    fail('ERR_LEDGER_ENVELOPE', 'expected an entry that is sealed to all its readers', { cause })
  }
}

/** The intents that an entry says to end. */
function endsOf(entry: TypedEntry): readonly Uint8Array[] {
  return entry.kind === 'consent-withdrawn' ? entry.payload.intents : []
}

function sealingReaders(
  members: MembersView,
  { inner, outer }: { inner: string[]; outer: string[] },
): SealingReader[] {
  const reader = (opensInner: boolean) => (party: string) => {
    return { publicKey: encryptionKey(members, party), opensInner }
  }
  return [...inner.map(reader(true)), ...outer.map(reader(false))]
}

/** Who opens both boxes and who the outer one, in one order, so that everyone seals the same entry the same way. */
function readersOf(members: MembersView, entry: TypedEntry): { inner: string[]; outer: string[] } {
  const { association } = members.anchor
  const regulators = members
    .members()
    .filter(({ role, status }) => role === 'regulator' && status === 'active')
  const inner = new Set([association.partyId, entry.author, ...regulators.map(({ partyId }) => partyId)])
  const outer = new Set(addresseesOf(entry).filter(party => !inner.has(party)))
  return { inner: [...inner], outer: [...outer] }
}

/** The parties that have to know an entry because they are asked. */
function addresseesOf(entry: TypedEntry): readonly string[] {
  switch (entry.kind) {
    case 'ticket':
      return [entry.payload.addressee]
    case 'intent':
    case 'intent-bought':
      return entry.payload.asked.map(({ provider }) => provider)
    case 'joint-intent':
      return entry.payload.tables.map(({ provider }) => provider)
    case 'joint-outcome':
      return entry.payload.providers
    default:
      return []
  }
}

function encryptionKey(members: MembersView, partyId: string): Uint8Array {
  return (
    members.member(partyId)?.encryptionKey ??
    fail('ERR_LEDGER_ENVELOPE', `expected ${partyId} to be a member`)
  )
}
