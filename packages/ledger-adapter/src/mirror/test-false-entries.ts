import { MemoryTree } from '@mixun/core/merkle'
import { seal } from '@mixun/core/sealing'
import { signCheckpoint } from '../checkpoint/checkpoint.ts'
import { signAppendReceipt } from '../ledger/append-receipt.ts'
import { sequencedTime } from '../ledger/clock.ts'
import { entryLeafHash, type SignedEntry, signedEntryCodec } from '../ledger/entry.ts'
import type { IntentBasis } from '../ledger/intent-basis.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import { entryCodec, type LedgerEntry } from '../ledger/ledger-entry.ts'
import {
  commitEntry,
  encodeInner,
  encodeOuter,
  type SealedEntry,
  sealingContext,
} from '../ledger/sealed-entry.ts'
import { TEST_NOW, TEST_ORIGIN, type TestConsortium } from '../testing/test-consortium.ts'

/** How {@link sealTo} goes astray. */
export interface FalseSealing {
  /** Who opens both boxes; association, author and regulator unless it says otherwise. */
  readonly inner?: readonly string[]
  /** Who opens the outer box only. */
  readonly outer: readonly string[]
  readonly basis?: IntentBasis | undefined
  readonly ends?: Uint8Array[]
}

/** Seals an entry to whom one likes. */
export function sealTo(
  consortium: TestConsortium,
  signed: SignedEntry,
  { inner = ['xiehui', signed.author, 'regulator'], outer, basis, ends = [] }: FalseSealing,
): SealedEntry {
  const { anchor, suite } = consortium
  const bytes = signedEntryCodec.encode(signed)
  const [salt, seed] = [consortium.bytes(32), consortium.bytes(32)]
  const commitment = commitEntry(anchor, salt, bytes)
  const open = { id: signed.id, kind: 'sealed' as const, ends, commitment }
  const contents = { outer: encodeOuter(salt, bytes), inner: encodeInner(seed, basis) }
  const reader = (opensInner: boolean) => (party: string) => {
    return { publicKey: consortium.reader(party).key.publicKey, opensInner }
  }
  const readers = [...inner.map(reader(true)), ...outer.map(reader(false))]
  return { ...open, ...seal(suite, sealingContext(anchor, open), readers, contents, seed) }
}

/** The ledger, but with one more entry, for which an association signed that should have refused it. */
export async function withFalseEntry(
  consortium: TestConsortium,
  ledger: Ledger,
  entry: LedgerEntry,
  now = TEST_NOW,
): Promise<Ledger> {
  const { anchor, association, suite } = consortium
  const honest = await ledger.entries(0, 1_000)
  const bytes = entryCodec.encode(entry)
  const leafHash = entryLeafHash(suite, bytes)
  const index = honest.length
  const sequencedAt = sequencedTime(entry.kind === 'sealed', now)
  const place = { entryId: entry.id, index, leafHash, sequencedAt }
  const { signature: receiptSignature } = signAppendReceipt(anchor, association.signingKey, place)
  const stored = [...honest, new StoredEntry({ index, bytes, sequencedAt, receiptSignature })]
  const tree = new MemoryTree(suite.hash)
  for (const each of stored) tree.append(entryLeafHash(suite, entryCodec.encode(each.entry)))
  const head = { origin: TEST_ORIGIN, size: tree.size, root: tree.root() }
  return {
    append: () => Promise.reject(new Error('not asked for')),
    checkpoint: async () => signCheckpoint(association, head),
    entries: async (from, limit) => stored.slice(from, from + limit),
    proveInclusion: async (at, size) => tree.inclusionProof(at, size),
    proveConsistency: async (first, second) => tree.consistencyProof(first, second),
    cosign: async () => [],
    balance: party => ledger.balance(party),
    close: async () => {},
  }
}
