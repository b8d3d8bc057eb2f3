import { compareBytes } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'

/** Limits of a list that everybody may read: a million subjects, 64 KiB of records each. */
const MAX_ENTRIES = 1_048_576
const MAX_PAYLOAD_BYTES = 65_535

/** A subject of the public class A list and its packed records. Public by law, so nothing is sealed. */
export interface PublicListEntry {
  readonly subject: Uint8Array
  readonly payload: Uint8Array
}

/** The one encoding of a list: entries sorted by subject. Its digest is on the ledger, signed by the association. */
export function encodePublicList(entries: readonly PublicListEntry[]): Uint8Array {
  const sorted = entries.toSorted((a, b) => compareBytes(a.subject, b.subject))
  const writer = new Writer().uint32(sorted.length)
  for (const { subject, payload } of sorted) writer.bytes16(subject).bytes16(payload)
  return writer.finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_CANONICAL unless subjects strictly increase */
export function decodePublicList(bytes: Uint8Array): PublicListEntry[] {
  const reader = new Reader(bytes)
  const count = reader.uint32()
  if (count > MAX_ENTRIES)
    fail('ERR_DECODE_LENGTH', `expected at most ${MAX_ENTRIES} entries, found ${count}`)
  const entries: PublicListEntry[] = []
  for (let i = 0; i < count; i++) {
    const entry = { subject: reader.bytes16(128), payload: reader.bytes16(MAX_PAYLOAD_BYTES) }
    const previous = entries.at(-1)
    if (previous !== undefined && compareBytes(previous.subject, entry.subject) >= 0) {
      fail('ERR_DECODE_CANONICAL', 'expected subjects in strictly increasing order')
    }
    entries.push(entry)
  }
  reader.end()
  return entries
}
