import { entryCodec, type LedgerEntry } from './ledger-entry.ts'

/** What a {@link StoredEntry} is made of. */
export type StoredEntryParts = Pick<StoredEntry, 'index' | 'bytes' | 'sequencedAt' | 'receiptSignature'>

/** An entry with its place: sequenced, durable, and vouched for by the sequencer. Decoded when it is first read. */
export class StoredEntry {
  readonly index: number
  /** The encoding of the entry: what is stored, hashed into the tree and sent. */
  readonly bytes: Uint8Array
  /** Unix milliseconds, by the sequencer's clock; of a sealed entry the start of its five minutes. */
  readonly sequencedAt: number
  /** Signature of the entry's {@link AppendReceipt}. */
  readonly receiptSignature: Uint8Array
  readonly #decode: (bytes: Uint8Array) => LedgerEntry
  #entry: LedgerEntry | null = null

  /** @param decode reads the bytes; the codec of entries by default */
  constructor(parts: StoredEntryParts, decode: (bytes: Uint8Array) => LedgerEntry = entryCodec.decode) {
    this.index = parts.index
    this.bytes = parts.bytes
    this.sequencedAt = parts.sequencedAt
    this.receiptSignature = parts.receiptSignature
    this.#decode = decode
  }

  /** @throws ERR_DECODE_…; ERR_LEDGER_CORRUPT when it was read from a file */
  get entry(): LedgerEntry {
    this.#entry ??= this.#decode(this.bytes)
    return this.#entry
  }
}
