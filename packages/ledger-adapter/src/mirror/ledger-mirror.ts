import { fail, MixunError } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { openCheckpoint, parseCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { forkError } from '../checkpoint/fork.ts'
import { parseNote } from '../checkpoint/signed-note.ts'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import type { Registry } from '../ledger/registry.ts'
import { type EntryOpening, openingOf } from '../ledger/entry-opening.ts'
import type { LedgerReader } from '../ledger/sealed-entry.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import type { PointsBalance, PointsEvent } from '../points/journal.ts'
import { AheadCheckpoints } from '../sqlite/ahead.ts'
import {
  cosignAs,
  type CosignedOptions,
  cosignedSizes,
  DEFAULT_COSIGNATURES,
  fileCosignatures,
  latestCosigned,
} from '../sqlite/cosignatures.ts'
import { DEFAULT_BUSY_TIMEOUT_MS } from '../sqlite/database.ts'
import { LedgerFile } from '../sqlite/ledger-file.ts'
import type { LedgerProgress } from '../sqlite/progress.ts'
import { isOwnTree, requireOwnTree, rollbackError } from '../sqlite/own-tree.ts'
import { type RecomputedPoints, recomputePoints } from '../sqlite/recompute-points.ts'
import { PAGE_ENTRIES, syncPages } from '../sqlite/sync-pages.ts'
import { verifyLedgerFile } from '../sqlite/verify-file.ts'
import { findFork } from './find-fork.ts'

/** Notes of the own tree that are known again: more than a consortium has members. */
const REMEMBERED_NOTES = 512

/** Options of {@link LedgerMirror.open}. */
export interface LedgerMirrorOptions {
  /** Path of the database; made when there is none. */
  readonly file: string
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  /** The member, who opens what is sealed to it; always the same for one file. Null for one who opens nothing. */
  readonly reader?: LedgerReader | null
  /** How long a write waits for another process; default 5,000 ms. */
  readonly busyTimeoutMs?: number
  /** Entries after which the balances are written down, so that opening reads no more than so many; default 1,000. */
  readonly snapshotEntries?: number
}

/**
 * A member's own copy of the ledger. Every entry that the member can read is verified (author, rules, points); every
 * entry has the sequencer's signature and stands under a signed checkpoint that continues the one before.
 */
export class LedgerMirror {
  readonly #file: LedgerFile
  readonly #ahead: AheadCheckpoints
  /** Notes that were found to be of the own tree, the oldest first. */
  readonly #agreed = new Set<string>()
  #syncing: Promise<unknown> = Promise.resolve()
  /** What the ledger was last told that this member cosigned; undefined before it was asked what it knows. */
  #told: string | null | undefined = undefined

  private constructor(file: LedgerFile) {
    this.#file = file
    this.#ahead = new AheadCheckpoints(file)
  }

  /** @throws ERR_LEDGER_FOREIGN, ERR_LEDGER_CORRUPT, ERR_LEDGER_BUSY */
  static open(options: LedgerMirrorOptions): LedgerMirror {
    return new LedgerMirror(
      new LedgerFile({ busyTimeoutMs: DEFAULT_BUSY_TIMEOUT_MS, reader: null, ...options }),
    )
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

  /** The party's points, computed from the entries. @throws ERR_LEDGER_SEALED where those are sealed to others */
  balance(party: string): PointsBalance {
    this.#requireExact(party)
    return this.#file.state.balance(party)
  }

  /**
   * Points that the party held after entry `index`, reserved ones included.
   *
   * @throws ERR_LEDGER_SEALED where its inquiries are sealed to others
   */
  heldAt(party: string, index: number): number {
    this.#requireExact(party)
    return this.#file.store.heldAt(party, index)
  }

  /** The points journal as far as this member can read it, of one party or of all, in order. */
  pointsEvents(party: string | null = null): PointsEvent[] {
    return this.#file.store.journal(party)
  }

  /** Up to `limit` entries from index `from` on. @throws ERR_INPUT_RANGE */
  entries(from: number, limit: number): StoredEntry[] {
    return this.#file.entries(from, limit)
  }

  /** The leaf of entry `index` in the own tree. @throws ERR_LEDGER_CORRUPT for one beyond it */
  leafHash(index: number): Uint8Array {
    return this.#file.leafHash(index)
  }

  /** What shows a sealed entry to one who is no reader of it. @throws ERR_LEDGER_SEALED, ERR_INPUT_RANGE */
  opening(index: number): EntryOpening {
    return openingOf(this.registry, index, this.#file.entries(index, 1)[0]?.entry)
  }

  /** An inclusion proof from the own tree, by default under the last verified checkpoint. @throws ERR_INPUT_RANGE */
  proveInclusion(index: number, treeSize: number = this.checkpoint?.size ?? 0): Uint8Array[] {
    return this.#file.proveInclusion(index, treeSize)
  }

  /** RFC 9162 section 2.1.4, from the own tree. @throws ERR_INPUT_RANGE */
  proveConsistency(firstSize: number, secondSize: number): Uint8Array[] {
    return this.#file.proveConsistency(firstSize, secondSize)
  }

  /** The newest cosigned checkpoint of every member, as signed notes with one cosignature each. */
  cosignedNotes(): string[] {
    return this.#file.store.notes.cosignatures().map(row => row.note)
  }

  /**
   * Fetches and verifies what is new. Calls that overlap run one after the other; an interrupted sync keeps the
   * verified entries and goes on from there.
   *
   * @param onProgress told of the entries on file after each page
   * @returns the checkpoint that the mirror now stands at
   * @throws ERR_LEDGER_FORK with both checkpoints, ERR_LEDGER_RULES with index and rule, ERR_LEDGER_RECEIPT,
   * ERR_LEDGER_CHECKPOINT, and the errors of `ledger`
   */
  sync(ledger: Ledger, onProgress: LedgerProgress = () => {}): Promise<SignedCheckpoint> {
    const run = this.#syncing.then(() => this.#sync(ledger, onProgress))
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
    if (checkpoint.size <= this.size) requireOwnTree(this.#file, checkpoint)
    return checkpoint
  }

  /**
   * Takes in a checkpoint that another member shows, cheaply where it is one of the own tree. One that is ahead is kept
   * and compared when this mirror has got there: a ledger that never leads there has been caught at two histories.
   *
   * @throws ERR_LEDGER_FORK, now or at a later sync; ERR_LEDGER_CHECKPOINT for one that the sequencer did not sign
   */
  gossip(note: string): void {
    // Every member shows the same checkpoint session after session, and what the tree once held it always holds.
    if (this.#agreed.has(note) || this.#ahead.isLast(note)) return
    const claimed = parseCheckpoint(parseNote(note).text)
    if (claimed.size <= this.size && isOwnTree(this.#file, claimed)) {
      return this.#agree(note)
    }
    this.#ahead.keep(this.compare(note))
  }

  /**
   * Cosigns the last verified checkpoint as `identity`, tells the ledger, and takes in what the other members cosigned
   * of the tree verified here.
   *
   * @param now the clock, in Unix milliseconds
   * @throws ERR_LEDGER_FORK when anyone cosigned another tree, with both checkpoints; and the errors of `ledger`
   */
  async cosign(identity: Identity, ledger: Ledger, now: () => number = Date.now): Promise<void> {
    // First of all, in case this file was lost: the ledger may hold what this member cosigned before.
    if (this.#told === undefined) fileCosignatures(this.#file, await ledger.cosign(null))
    const own = cosignAs(this.#file, identity, now)
    const notes = await ledger.cosign(own === this.#told ? null : own)
    this.#told = own
    fileCosignatures(this.#file, notes)
  }

  /** The newest own or foreign checkpoint that enough members stand behind; null when there is none. */
  latestCosigned(options: CosignedOptions = {}): SignedCheckpoint | null {
    return latestCosigned(this.#file, options)
  }

  /** Active members, and the size of the tree that each cosigned last. */
  cosignedSizes(): ReadonlyMap<string, number> {
    return cosignedSizes(this.#file)
  }

  /** Active members that cosigned a tree which holds entry `index`, without those excluded. */
  cosigners(index: number, excluding: readonly string[] = []): string[] {
    const cosigners = [...this.cosignedSizes()].filter(
      ([party, size]) => size > index && !excluding.includes(party),
    )
    return cosigners.map(([party]) => party)
  }

  /** Whether enough members cosigned a tree which holds entry `index`: nobody was shown another one up to there. */
  isCosigned(
    index: number,
    { minimum = DEFAULT_COSIGNATURES, excluding = [] }: CosignedOptions = {},
  ): boolean {
    return this.cosigners(index, excluding).length >= minimum
  }

  /** Derives every points event anew from the entries and compares journal and balances. @throws ERR_LEDGER_CORRUPT */
  recomputePoints(): RecomputedPoints {
    return recomputePoints(this.#file)
  }

  /** Recomputes everything from the bytes of the entries. @throws ERR_LEDGER_CORRUPT */
  verify(onProgress?: LedgerProgress): void {
    verifyLedgerFile(this.#file, false, onProgress)
  }

  close(): void {
    this.#file.close()
  }

  #agree(note: string): void {
    const [oldest] = this.#agreed.size < REMEMBERED_NOTES ? [] : this.#agreed
    if (oldest !== undefined) this.#agreed.delete(oldest)
    this.#agreed.add(note)
  }

  #requireExact(party: string): void {
    if (this.registry.isExact(party)) return
    fail('ERR_LEDGER_SEALED', `the inquiries of ${party} are sealed to others`)
  }

  async #sync(ledger: Ledger, onProgress: LedgerProgress): Promise<SignedCheckpoint> {
    const sizeBefore = this.size
    // Signed before the ledger is asked, so that what it answers must not be smaller.
    const shown = this.#ahead.largest()
    const head = await this.#askHead(ledger)
    if (head.size < sizeBefore) throw rollbackError(this.#file, head)
    if (shown !== null && head.size < shown.size) throw forkError(shown, head, 'rollback')
    // Cut off half-way, the entries of a long sync would stand under no checkpoint on file.
    if (head.size > sizeBefore + PAGE_ENTRIES) this.#ahead.keep(head)
    try {
      await syncPages(this.#file, ledger, head, { onPage: onProgress })
      this.#ahead.settle()
    } catch (error) {
      throw await this.#findFork(ledger, head, error)
    }
    return head
  }

  /** The ledger's checkpoint; a driver that checks more than this mirror may have found a fork before. */
  async #askHead(ledger: Ledger): Promise<SignedCheckpoint> {
    try {
      return this.compare((await ledger.checkpoint()).text)
    } catch (error) {
      if (!(error instanceof MixunError) || error.code !== 'ERR_LEDGER_FORK') throw error
      const head = this.compare(String(error.details['secondCheckpoint']))
      if (error.details['reason'] === 'rollback' && head.size < this.size)
        throw rollbackError(this.#file, head)
      throw await this.#findFork(ledger, head, error)
    }
  }

  #findFork(ledger: Ledger, head: SignedCheckpoint, error: unknown): Promise<unknown> {
    const own = this.checkpoint
    const signed = own === null ? this.#ahead.all() : [own, ...this.#ahead.all()]
    return findFork(this.#file, signed, ledger, head, error)
  }
}
