import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { verifyConsistency } from '@mixun/core/merkle'
import { openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { forkError } from '../checkpoint/fork.ts'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import type { Ledger, StoredEntry } from '../ledger/ledger.ts'
import type { Registry } from '../ledger/registry.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import type { PointsBalance, PointsEvent } from '../points/journal.ts'
import { DEFAULT_BUSY_TIMEOUT_MS } from '../sqlite/database.ts'
import { LedgerFile } from '../sqlite/ledger-file.ts'
import { verifyLedgerFile } from '../sqlite/verify-file.ts'
import { takeEntry } from './take-entry.ts'

/** Entries verified in one go: their proofs take the thread for some milliseconds each. */
const PAGE_ENTRIES = 64

/** Options of {@link LedgerMirror.open}. */
export interface LedgerMirrorOptions {
  /** Path of the database; made when there is none. */
  readonly file: string
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  /** How long a write waits for another process; default 5,000 ms. */
  readonly busyTimeoutMs?: number
}

/**
 * A member's own copy of the ledger. It takes nothing on trust: every entry is verified (author, sequencer, rules,
 * points) and every entry stands under a signed checkpoint that continues the one before.
 */
export class LedgerMirror {
  readonly #file: LedgerFile
  #syncing: Promise<unknown> = Promise.resolve()

  private constructor(file: LedgerFile) {
    this.#file = file
  }

  /** @throws ERR_LEDGER_FOREIGN, ERR_LEDGER_CORRUPT, ERR_LEDGER_BUSY */
  static open(options: LedgerMirrorOptions): LedgerMirror {
    return new LedgerMirror(new LedgerFile({ busyTimeoutMs: DEFAULT_BUSY_TIMEOUT_MS, ...options }))
  }

  get registry(): Registry {
    return this.#file.state.registry
  }

  /** Entries verified so far. */
  get size(): number {
    return this.#file.size
  }

  /** The last verified checkpoint; null before the first sync. */
  get checkpoint(): SignedCheckpoint | null {
    return this.#file.lastCheckpoint()
  }

  /** The party's points, computed from the entries. */
  balance(party: string): PointsBalance {
    return this.#file.state.balance(party)
  }

  /** The points journal, of one party or of all, in order. */
  pointsEvents(party: string | null = null): PointsEvent[] {
    return this.#file.store.journal(party)
  }

  /** Up to `limit` entries from index `from` on. @throws ERR_INPUT_RANGE */
  entries(from: number, limit: number): StoredEntry[] {
    return this.#file.entries(from, limit)
  }

  /** An inclusion proof from the own tree, by default under the last verified checkpoint. @throws ERR_INPUT_RANGE */
  proveInclusion(index: number, treeSize: number = this.checkpoint?.size ?? 0): Uint8Array[] {
    return this.#file.proveInclusion(index, treeSize)
  }

  /**
   * Fetches and verifies what is new. Calls that overlap run one after the other; an interrupted sync keeps the
   * verified entries and goes on from there.
   *
   * @returns the checkpoint that the mirror now stands at
   * @throws ERR_LEDGER_FORK with both checkpoints, ERR_LEDGER_RULES with index and rule, ERR_LEDGER_RECEIPT,
   * ERR_LEDGER_CHECKPOINT, and the errors of `ledger`
   */
  sync(ledger: Ledger): Promise<SignedCheckpoint> {
    const run = this.#syncing.then(() => this.#sync(ledger))
    this.#syncing = run.catch(() => {})
    return run
  }

  /**
   * Compares a checkpoint that another member holds with the own tree. One that is larger than the own tree is checked
   * for its signature only: sync, then compare again.
   *
   * @throws ERR_LEDGER_FORK with both checkpoints, ERR_LEDGER_CHECKPOINT
   */
  compare(text: string): SignedCheckpoint {
    const checkpoint = openCheckpoint(this.#file.verifierKey, text)
    const { size, root } = checkpoint
    if (size <= this.size && compareBytes(this.#file.root(size), root) !== 0) {
      throw forkError(this.checkpoint, checkpoint, 'inconsistent')
    }
    return checkpoint
  }

  /** Recomputes everything from the bytes of the entries. @throws ERR_LEDGER_CORRUPT */
  verify(): void {
    verifyLedgerFile(this.#file)
  }

  close(): void {
    this.#file.close()
  }

  async #sync(ledger: Ledger): Promise<SignedCheckpoint> {
    const sizeBefore = this.size
    const head = this.compare((await ledger.checkpoint()).text)
    if (head.size < sizeBefore) throw forkError(this.checkpoint, head, 'rollback')
    while (this.size < head.size) await this.#syncPage(ledger, head)
    this.#file.write(() => this.#keepCheckpoint(head))
    return head
  }

  /** A page is kept only when the tree with it is a prefix of the checkpoint's. */
  async #syncPage(ledger: Ledger, head: SignedCheckpoint): Promise<void> {
    const from = this.size
    const page = await ledger.entries(from, Math.min(PAGE_ENTRIES, head.size - from))
    if (page.length === 0)
      fail('ERR_LEDGER_RECEIPT', `expected entries ${from} to ${head.size - 1}, found none`)
    const until = from + page.length
    const proof = until < head.size ? await ledger.proveConsistency(until, head.size) : []
    this.#file.write(() => {
      page.forEach((stored, i) => takeEntry(this.#file, stored, from + i))
      const { hash } = this.#file.anchor.suite
      try {
        verifyConsistency(hash, until, head.size, proof, this.#file.root(until), head.root)
      } catch (cause) {
        throw forkError(this.checkpoint, head, 'inconsistent', cause)
      }
    })
  }

  #keepCheckpoint(head: SignedCheckpoint): void {
    const last = this.checkpoint
    if (last === null || last.size < head.size) this.#file.store.insertCheckpoint(head.size, head.text)
  }
}
