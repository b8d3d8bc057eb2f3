import type { SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import type { PointsBalance } from '../points/journal.ts'
import type { AppendReceipt } from './append-receipt.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import type { StoredEntry } from './stored-entry.ts'

/** What an append returns. */
export interface Appended {
  readonly receipt: AppendReceipt
  /** For an intent: the signed blob that goes into `hello.consentReference` (see {@link IntentReceipt}); else null. */
  readonly intentReceipt: Uint8Array | null
}

/** Options of {@link Ledger.append}. */
export interface AppendOptions {
  /** Who brings the entry, where that is authenticated: nobody appends for another. */
  readonly from?: string
}

/**
 * Audit log, registry and points of a consortium in one append-only Merkle tree. Drivers: `SqliteLedger` (the
 * association's), `RemoteLedger` (a firm's way to it). All pass the suite in `testing/ledger-compliance.ts`.
 */
export interface Ledger {
  /**
   * Sequences an entry: when it resolves, the entry is durable and has an index. Idempotent: the same entry again
   * yields the same receipt.
   *
   * @throws ERR_LEDGER_ID_CONFLICT for the same id with other bytes; ERR_VERIFY_SIGNATURE, ERR_LEDGER_…,
   * ERR_CONSENT_…, ERR_EPOCH_STALE, ERR_POINTS_… when a rule is broken, ERR_LEDGER_AUTHOR for an entry of another than
   * `options.from`. Nothing is written then.
   */
  append(entry: LedgerEntry, options?: AppendOptions): Promise<Appended>

  /** The signed tree head over every sequenced entry. */
  checkpoint(): Promise<SignedCheckpoint>

  /** Up to `limit` entries from index `from` on, in order; empty at the end. @throws ERR_INPUT_RANGE */
  entries(from: number, limit: number): Promise<StoredEntry[]>

  /**
   * RFC 9162 section 2.1.3; `treeSize` is the size of a checkpoint the caller holds, against which it verifies.
   *
   * @throws ERR_INPUT_RANGE for an index at or beyond `treeSize`, or a size beyond the tree
   */
  proveInclusion(index: number, treeSize: number): Promise<Uint8Array[]>

  /** RFC 9162 section 2.1.4, between two sizes of checkpoints. @throws ERR_INPUT_RANGE */
  proveConsistency(firstSize: number, secondSize: number): Promise<Uint8Array[]>

  /**
   * Files a member's cosigned checkpoint, which anyone may bring, and tells the newest of every member, as signed notes
   * with one cosignature each. Null to ask only.
   *
   * @throws ERR_LEDGER_COSIGNATURE, ERR_LEDGER_CHECKPOINT, ERR_LEDGER_FORK
   */
  cosign(note: string | null): Promise<string[]>

  /**
   * The party's points; zero for an unknown party. A mirror computes the same from the entries.
   *
   * @throws ERR_LEDGER_SEALED where the entries that they follow from are sealed to others
   */
  balance(partyId: string): Promise<PointsBalance>

  /** Releases files and connections; idempotent. */
  close(): Promise<void>
}
