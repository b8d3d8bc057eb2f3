import { binary, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { z } from 'zod'
import { MAX_ENTRY_BYTES, readEntry, type SignedEntry, verifyEncodedEntry } from './entry.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import type { TypedEntry } from './payloads.ts'
import type { RegistryView } from './registry-view.ts'
import type { Registry } from './registry.ts'
import { openCommitment } from './sealed-entry.ts'

const schema = z.strictObject({
  salt: binary(32),
  /** Encoding of the signed entry. */
  entry: binary(1, MAX_ENTRY_BYTES),
})

/** What shows a sealed entry to one who is no reader of it: the entry itself, and the salt of its commitment. */
export type EntryOpening = z.infer<typeof schema>

/** The canonical encoding of an opening, for evidence. */
export const entryOpeningCodec = recordCodec('entry opening', schema, MAX_ENTRY_BYTES + 128)

/** The opening of sealed entry number `index` by one of its readers. @throws ERR_LEDGER_SEALED, ERR_LEDGER_ENVELOPE */
export function openingOf(
  registry: Pick<Registry, 'open'>,
  index: number,
  entry: LedgerEntry | undefined,
): EntryOpening {
  const opened = entry?.kind === 'sealed' ? registry.open(entry, index) : null
  if (opened === null) return fail('ERR_LEDGER_SEALED', 'expected a sealed entry that this party can read')
  return { salt: opened.salt, entry: opened.bytes }
}

/**
 * Reads a sealed entry that somebody shows: it is the one that the ledger holds a commitment to, and its author signed
 * it, with the key that it had then.
 *
 * @param index of the sealed entry
 * @throws ERR_VERIFY_COMMITMENT, ERR_VERIFY_SIGNATURE, ERR_DECODE_…
 */
export function readOpening(
  registry: Pick<RegistryView, 'anchor' | 'signingKeyAt'>,
  index: number,
  entry: LedgerEntry,
  { salt, entry: bytes }: EntryOpening,
): TypedEntry {
  if (entry.kind !== 'sealed') return fail('ERR_VERIFY_COMMITMENT', 'expected a sealed entry on the ledger')
  const signed: SignedEntry = openCommitment(registry.anchor, entry, salt, bytes)
  const authorKey = registry.signingKeyAt(signed.author, index)
  if (authorKey === undefined) return fail('ERR_VERIFY_SIGNATURE', `${signed.author} was no member`)
  verifyEncodedEntry(registry.anchor, authorKey, signed, bytes)
  return readEntry(signed)
}
