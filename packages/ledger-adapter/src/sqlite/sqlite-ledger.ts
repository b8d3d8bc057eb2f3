import type { ComputePool } from '@mixun/core/compute'
import { fail } from '@mixun/core/errors'
import type { DecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import { openCheckpoint, type SignedCheckpoint, signCheckpoint } from '../checkpoint/checkpoint.ts'
import { noteKeyId } from '../checkpoint/verifier-key.ts'
import { type CheckedEntry, checkAuthors } from '../ledger/author-signatures.ts'
import type { AppendOptions, Appended, Ledger } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { Registry } from '../ledger/registry.ts'
import type { LedgerState } from '../ledger/state.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import type { PointsBalance, PointsEvent } from '../points/journal.ts'
import { type CosignedOptions, fileCosignature, latestCosigned } from './cosignatures.ts'
import { DEFAULT_BUSY_TIMEOUT_MS } from './database.ts'
import { LedgerFile } from './ledger-file.ts'
import { requireOwnTree } from './own-tree.ts'
import { type RecomputedPoints, recomputePoints } from './recompute-points.ts'
import { GroupCommit } from './group-commit.ts'
import type { LedgerProgress } from './progress.ts'
import { Sequencer } from './sequencer.ts'
import { type HeadRecord, SignedHead } from './signed-head.ts'
import { requirePrefix, syncPages } from './sync-pages.ts'
import { verifyLedgerFile } from './verify-file.ts'

/** Options of {@link SqliteLedger.open}. */
export interface SqliteLedgerOptions {
  /** Path of the database; made when there is none. */
  readonly file: string
  /** The association: its key signs receipts and checkpoints. */
  readonly identity: Identity
  /** What the entries about inquiries are sealed to, so that they can be judged. */
  readonly decryptionKey: DecryptionKey
  /** Its other decryption keys by their public halves, when it had several: see `LedgerReader`. */
  readonly decryptionKeyOf?: (publicKey: Uint8Array) => DecryptionKey
  /** Name of the ledger: origin line and key name of its checkpoints. */
  readonly origin: string
  readonly verifiers: LedgerVerifiers
  /** The clock, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
  /** Where the largest signed checkpoint is kept besides the file; without it, only members can tell a restored file. */
  readonly head?: HeadRecord
  /** How long a write waits for another process; default 5,000 ms. */
  readonly busyTimeoutMs?: number
  /** Entries after which the balances are written down, so that opening reads no more than so many; default 1,000. */
  readonly snapshotEntries?: number
  /** Verifies the authors of entries that come together; it was given `authorSignatureTasks`. The caller's thread without it. */
  readonly compute?: ComputePool
}

/** Fewer signatures than this are verified sooner than a thread is asked. */
const MIN_POOLED_ENTRIES = 8

/**
 * The consortium's ledger as the association keeps it: one SQLite file, append-only by triggers. Every append is one
 * durable transaction of rules, points, tree and receipt. The first entry is the genesis entry, which holds the points
 * rules.
 */
export class SqliteLedger implements Ledger {
  readonly #identity: Identity
  readonly #file: LedgerFile
  readonly #sequencer: Sequencer
  readonly #head: SignedHead
  readonly #compute: ComputePool | null
  readonly #waiting = new GroupCommit(entries => this.appendMany(entries))

  private constructor(options: SqliteLedgerOptions, file: LedgerFile) {
    this.#identity = options.identity
    this.#file = file
    this.#sequencer = new Sequencer(file, options.identity, options.now ?? Date.now)
    this.#compute = options.compute ?? null
    this.#head = new SignedHead(file.verifierKey, options.head)
    const { checkpoint } = this.#head
    if (checkpoint !== null && checkpoint.size <= file.size) requireOwnTree(file, checkpoint)
  }

  /**
   * Opens or makes a ledger and checks that its newest entry and checkpoint fit the tree ({@link SqliteLedger.verify}
   * checks everything).
   *
   * @throws ERR_LEDGER_FOREIGN, ERR_LEDGER_CORRUPT, ERR_LEDGER_BUSY, ERR_LEDGER_CHECKPOINT for an origin that is no
   * key name
   */
  static open(options: SqliteLedgerOptions): SqliteLedger {
    const { file, origin, verifiers, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS, snapshotEntries } = options
    const { partyId, suite, signingKey } = options.identity
    const anchor = { origin, suite, association: { partyId, publicKey: signingKey.publicKey } }
    noteKeyId({ name: origin, suite, publicKey: signingKey.publicKey })
    const { decryptionKey: key, decryptionKeyOf: keyOf } = options
    const reader = { partyId, key, ...(keyOf === undefined ? {} : { keyOf }) }
    return new SqliteLedger(
      options,
      new LedgerFile({ file, anchor, verifiers, reader, busyTimeoutMs, snapshotEntries }),
    )
  }

  get registry(): Registry {
    return this.#file.state.registry
  }

  /** Entries sequenced so far. */
  get size(): number {
    return this.#file.size
  }

  /**
   * The checkpoint that was signed with this key and is larger than this ledger: the file was restored from an old
   * backup. Nothing is sequenced or signed until {@link SqliteLedger.recover} has caught up with it.
   */
  get behind(): SignedCheckpoint | null {
    const { checkpoint } = this.#head
    return checkpoint !== null && checkpoint.size > this.size ? checkpoint : null
  }

  /**
   * Fetches from a member's mirror what this ledger lost, verifies it like a member, and continues the same tree.
   *
   * @returns how many entries came back
   * @throws ERR_LEDGER_FORK when this ledger went on differently meanwhile; ERR_LEDGER_RECEIPT, ERR_LEDGER_RULES, and
   * the errors of `source`
   */
  async recover(source: Ledger, onProgress?: LedgerProgress): Promise<number> {
    const sizeBefore = this.size
    const head = openCheckpoint(this.#file.verifierKey, (await source.checkpoint()).text)
    if (head.size <= sizeBefore) {
      requireOwnTree(this.#file, head)
      return 0
    }
    this.#head.keep(head.text)
    await requirePrefix(this.#file, source, head)
    await syncPages(this.#file, source, head, {
      taken: index => this.#sequencer.restoreIntentReceipt(index),
      ...(onProgress === undefined ? {} : { onPage: onProgress }),
    })
    return this.size - sizeBefore
  }

  /** Appends that wait together share one transaction and one sync; each is answered after it. */
  async append(entry: LedgerEntry, { from }: AppendOptions = {}): Promise<Appended> {
    if (from !== undefined) this.#requireAuthor(entry, from)
    return this.#waiting.append(entry)
  }

  /** Appends several entries in one durable transaction, in order; one that is refused does not hold up the others. */
  async appendMany(entries: readonly LedgerEntry[]): Promise<PromiseSettledResult<Appended>[]> {
    const pool = entries.length < MIN_POOLED_ENTRIES ? null : this.#compute
    const keyOf = (author: string) => this.registry.member(author)?.signingKey
    const checked: readonly CheckedEntry[] =
      pool === null
        ? entries.map(entry => ({ entry, bytes: null, verifiedKey: null }))
        : await checkAuthors(pool, this.#file.anchor, keyOf, entries)
    return this.#file.write(() => {
      this.#requireCaughtUp()
      return this.#sequencer.appendAll(checked)
    })
  }

  /** Appends what `build` makes of the state at that moment: no other entry comes between. */
  async appendNext(build: (state: LedgerState) => LedgerEntry): Promise<Appended> {
    const [result] = this.#file.write(() => {
      this.#requireCaughtUp()
      return this.#sequencer.appendAll([{ entry: build(this.#file.state), bytes: null, verifiedKey: null }])
    })
    if (result?.status === 'fulfilled') return result.value
    throw result?.reason
  }

  /** What every firm holds now, points reserved included. */
  closingBalances(): Map<string, number> {
    return this.#file.state.closingBalances()
  }

  async checkpoint(): Promise<SignedCheckpoint> {
    this.#requireCaughtUp()
    const last = this.#file.lastCheckpoint()
    if (last?.size === this.#file.size) return last
    return this.#file.write(() => this.#signCheckpoint())
  }

  async entries(from: number, limit: number): Promise<StoredEntry[]> {
    return this.#file.entries(from, limit)
  }

  async proveInclusion(index: number, treeSize: number): Promise<Uint8Array[]> {
    return this.#file.proveInclusion(index, treeSize)
  }

  async proveConsistency(firstSize: number, secondSize: number): Promise<Uint8Array[]> {
    return this.#file.proveConsistency(firstSize, secondSize)
  }

  async cosign(note: string | null): Promise<string[]> {
    if (note !== null && this.#head.keep(note).size <= this.size) fileCosignature(this.#file, note)
    return this.#file.store.notes.cosignatures().map(row => row.note)
  }

  /** The newest checkpoint that enough members cosigned; null when there is none. */
  latestCosigned(options: CosignedOptions = {}): SignedCheckpoint | null {
    return latestCosigned(this.#file, options)
  }

  /**
   * Compares a checkpoint that a member shows with the own tree. A larger one says that this file is {@link behind}.
   *
   * @throws ERR_LEDGER_FORK when this key signed another tree, ERR_LEDGER_CHECKPOINT when it did not sign the checkpoint
   */
  gossip(note: string): void {
    const checkpoint = this.#head.keep(note)
    if (checkpoint.size <= this.size) requireOwnTree(this.#file, checkpoint)
  }

  async balance(partyId: string): Promise<PointsBalance> {
    return this.#file.state.balance(partyId)
  }

  /** Points that the party held after entry `index`, reserved ones included. */
  heldAt(party: string, index: number): number {
    return this.#file.store.heldAt(party, index)
  }

  /** The points journal, of one party or of all, in order. */
  pointsEvents(party: string | null = null): PointsEvent[] {
    return this.#file.store.journal(party)
  }

  /** Derives every points event anew from the entries and compares journal and balances. @throws ERR_LEDGER_CORRUPT */
  recomputePoints(): RecomputedPoints {
    return recomputePoints(this.#file)
  }

  /** Recomputes everything from the entries. @throws ERR_LEDGER_CORRUPT */
  verify(onProgress?: LedgerProgress): void {
    verifyLedgerFile(this.#file, true, onProgress)
  }

  async close(): Promise<void> {
    await this.#waiting.flushed()
    this.#file.close()
  }

  /** @throws ERR_LEDGER_BEHIND */
  #requireCaughtUp(): void {
    const { behind } = this
    if (behind === null) return
    fail(
      'ERR_LEDGER_BEHIND',
      `expected the ${behind.size} entries that were signed for, found ${this.size}`,
      {
        details: { size: this.size, signedSize: behind.size },
      },
    )
  }

  /** @throws ERR_LEDGER_AUTHOR, ERR_LEDGER_ENVELOPE */
  #requireAuthor(entry: LedgerEntry, from: string): void {
    const read = entry.kind === 'sealed' ? this.#file.state.registry.read(entry) : entry
    const author = read.kind === 'sealed' ? 'another' : read.author
    if (author !== from) fail('ERR_LEDGER_AUTHOR', `expected an entry of ${from}, found one of ${author}`)
  }

  #signCheckpoint(): SignedCheckpoint {
    const { size } = this.#file
    const last = this.#file.lastCheckpoint()
    if (last?.size === size) return last
    const { origin } = this.#file.anchor
    const checkpoint = signCheckpoint(this.#identity, {
      origin,
      size,
      root: this.#file.root(size),
    })
    this.#file.store.notes.insertCheckpoint(size, checkpoint.text)
    // Before anyone sees it: from now on no smaller tree will do.
    this.#head.keep(checkpoint.text)
    return checkpoint
  }
}
