import { signedEntryCodec, type SignedEntry } from './entry.ts'
import { type SealedEntry, sealedEntryCodec } from './sealed-entry.ts'

/** What stands on the ledger: an entry that everyone reads, or one that is sealed to its readers. */
export type LedgerEntry = SignedEntry | SealedEntry

/** MessagePack: a map of the fields of a signed entry; a sealed one has more. */
const SIGNED_MAP = 0x86

/** The canonical encoding of an entry: the bytes that are stored, hashed into the tree and sent. */
export const entryCodec = {
  maxBytes: sealedEntryCodec.maxBytes,
  /** @throws ERR_DECODE_SCHEMA, ERR_DECODE_LENGTH */
  encode: (entry: LedgerEntry): Uint8Array =>
    entry.kind === 'sealed' ? sealedEntryCodec.encode(entry) : signedEntryCodec.encode(entry),
  /** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL */
  decode: (bytes: Uint8Array): LedgerEntry =>
    bytes[0] === SIGNED_MAP ? signedEntryCodec.decode(bytes) : sealedEntryCodec.decode(bytes),
} as const
