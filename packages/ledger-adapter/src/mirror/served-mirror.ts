import { fail } from '@mixun/core/errors'
import type { SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import type { Appended, Ledger } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import type { PointsBalance } from '../points/journal.ts'
import type { LedgerMirror } from './ledger-mirror.ts'

/**
 * A mirror as a ledger to read from: what a member serves to the association, which recovers from its members what a
 * restored backup lacks, and to other members. It ends with the mirror's last verified checkpoint.
 */
export class ServedMirror implements Ledger {
  readonly #mirror: LedgerMirror

  constructor(mirror: LedgerMirror) {
    this.#mirror = mirror
  }

  /** @throws ERR_LEDGER_READ_ONLY always */
  async append(): Promise<Appended> {
    return fail('ERR_LEDGER_READ_ONLY', 'a mirror sequences nothing')
  }

  /** @throws ERR_LEDGER_READ_ONLY before the first sync */
  async checkpoint(): Promise<SignedCheckpoint> {
    return this.#mirror.checkpoint ?? fail('ERR_LEDGER_READ_ONLY', 'this mirror holds nothing yet')
  }

  async entries(from: number, limit: number): Promise<StoredEntry[]> {
    return this.#mirror.entries(from, limit)
  }

  async proveInclusion(index: number, treeSize: number): Promise<Uint8Array[]> {
    return this.#mirror.proveInclusion(index, treeSize)
  }

  async proveConsistency(firstSize: number, secondSize: number): Promise<Uint8Array[]> {
    return this.#mirror.proveConsistency(firstSize, secondSize)
  }

  /** Tells what it knows and files nothing. */
  async cosign(): Promise<string[]> {
    return this.#mirror.cosignedNotes()
  }

  async balance(partyId: string): Promise<PointsBalance> {
    return this.#mirror.balance(partyId)
  }

  /** The mirror stays open: it is its owner's. */
  async close(): Promise<void> {}
}
