import { compareBytes } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import { fail, MixunError } from '@mixun/core/errors'
import type { DecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import { openCheckpoint, type SignedCheckpoint, signCheckpoint } from '../checkpoint/checkpoint.ts'
import { noteKeyId } from '../checkpoint/verifier-key.ts'
import { type AppendReceiptBody, signAppendReceipts } from '../ledger/append-receipt.ts'
import { type CheckedEntry, checkAuthors } from '../ledger/author-signatures.ts'
import { checkClock, sequencedTime } from '../ledger/clock.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { signBoughtReceipt } from '../ledger/bought-receipt.ts'
import { signIntentReceipt } from '../ledger/intent-receipt.ts'
import type { AppendOptions, Appended, Ledger, StoredEntry } from '../ledger/ledger.ts'
import { entryCodec, type LedgerEntry } from '../ledger/ledger-entry.ts'
import type { ReadableEntry } from '../ledger/payloads.ts'
import type { Registry } from '../ledger/registry.ts'
import type { AdmittedEntry, LedgerState } from '../ledger/state.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import type { PointsBalance, PointsEvent } from '../points/journal.ts'
import { type CosignedOptions, fileCosignature, latestCosigned } from './cosignatures.ts'
import { DEFAULT_BUSY_TIMEOUT_MS } from './database.ts'
import type { EntryRow } from './entry-row.ts'
import { LedgerFile } from './ledger-file.ts'
import { requireOwnBeacon, requireOwnTree } from './own-tree.ts'
import { type RecomputedPoints, recomputePoints } from './recompute-points.ts'
import { GroupCommit } from './group-commit.ts'
import type { LedgerProgress } from './progress.ts'
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

interface SequencedEntry {
  readonly admitted: AdmittedEntry
  readonly row: EntryRow
  readonly leafHash: Uint8Array
}

/** What became of an entry: where it stands, or why not. */
type Taken = PromiseFulfilledResult<Place> | PromiseRejectedResult

interface Place {
  readonly body: AppendReceiptBody
  readonly intentReceipt: Uint8Array | null
}

/** Stands in the row of an entry until the receipts of its transaction are signed. */
const UNSIGNED = new Uint8Array(0)

/**
 * The consortium's ledger as the association keeps it: one SQLite file, append-only by triggers. Every append is one
 * durable transaction of rules, points, tree and receipt. The first entry is the genesis entry, which holds the points
 * rules.
 */
export class SqliteLedger implements Ledger {
  readonly #identity: Identity
  readonly #now: () => number
  readonly #file: LedgerFile
  readonly #head: SignedHead
  readonly #compute: ComputePool | null
  readonly #waiting = new GroupCommit(entries => this.appendMany(entries))

  private constructor(options: SqliteLedgerOptions, file: LedgerFile) {
    this.#identity = options.identity
    this.#now = options.now ?? Date.now
    this.#file = file
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
      taken: index => this.#restoreIntentReceipt(index),
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
    return this.#file.write(() => this.#appendAll(checked))
  }

  /** Appends what `build` makes of the state at that moment: no other entry comes between. */
  async appendNext(build: (state: LedgerState) => LedgerEntry): Promise<Appended> {
    const [result] = this.#file.write(() => {
      this.#requireCaughtUp()
      return this.#appendAll([{ entry: build(this.#file.state), bytes: null, verifiedKey: null }])
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
    return this.#file.store.cosignatures().map(row => row.note)
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

  #restoreIntentReceipt(index: number): void {
    const row = this.#file.store.entry(index) as EntryRow
    const receipt = this.#intentReceipt(
      this.#file.openEntry(row),
      this.#bodyOf(entryCodec.decode(row.bytes).id, row),
    )
    if (receipt !== null) this.#file.store.insertIntentReceipt(index, receipt)
  }

  /** @throws ERR_LEDGER_AUTHOR, ERR_LEDGER_ENVELOPE */
  #requireAuthor(entry: LedgerEntry, from: string): void {
    const read = entry.kind === 'sealed' ? this.#file.state.registry.read(entry) : entry
    const author = read.kind === 'sealed' ? 'another' : read.author
    if (author !== from) fail('ERR_LEDGER_AUTHOR', `expected an entry of ${from}, found one of ${author}`)
  }

  /** Inside of one transaction. */
  #appendAll(checked: readonly CheckedEntry[]): PromiseSettledResult<Appended>[] {
    this.#requireCaughtUp()
    const bodies: AppendReceiptBody[] = []
    const taken = checked.map(entry => this.#tryAppend(entry, bodies))
    const { anchor, store } = this.#file
    const receipts = signAppendReceipts(anchor, this.#identity.signingKey, bodies)
    for (const { index, signature } of receipts) store.signEntry(index, signature)
    return taken.map(each =>
      each.status === 'rejected' ? each : { status: 'fulfilled', value: this.#appended(each.value) },
    )
  }

  /** @param bodies what is left to sign: that of an entry which is new is added */
  #tryAppend({ entry, bytes: encoded, verifiedKey }: CheckedEntry, bodies: AppendReceiptBody[]): Taken {
    let sequenced: SequencedEntry
    try {
      const bytes = encoded ?? entryCodec.encode(entry)
      const stored = this.#file.store.entryById(entry.id)
      if (stored !== undefined) return { status: 'fulfilled', value: this.#repeat(entry.id, bytes, stored) }
      sequenced = this.#sequence(entry, bytes, verifiedKey)
    } catch (reason) {
      if (!(reason instanceof MixunError)) throw reason
      return { status: 'rejected', reason }
    }
    // Outside of the catch: from the first row on, any failure undoes the whole transaction.
    const { admitted, row, leafHash } = sequenced
    const { index, sequencedAt } = row
    this.#file.insert(admitted, row, leafHash)
    const body = { entryId: entry.id, index, leafHash, sequencedAt }
    const intentReceipt = this.#intentReceipt(admitted.entry, body)
    if (intentReceipt !== null) this.#file.store.insertIntentReceipt(index, intentReceipt)
    bodies.push(body)
    return { status: 'fulfilled', value: { body, intentReceipt } }
  }

  #repeat(id: Uint8Array, bytes: Uint8Array, row: EntryRow): Place {
    const { index } = row
    if (compareBytes(row.bytes, bytes) !== 0) {
      fail('ERR_LEDGER_ID_CONFLICT', `entry ${index} has this id and other bytes`, { details: { index } })
    }
    return { body: this.#bodyOf(id, row), intentReceipt: this.#file.store.intentReceipt(index) }
  }

  /** Judges the entry and gives it the next index; writes nothing. Its receipt is signed with those of the others. */
  #sequence(signed: LedgerEntry, bytes: Uint8Array, verifiedKey: Uint8Array | null): SequencedEntry {
    const admitted = this.#file.state.admit(signed, bytes, verifiedKey)
    // A clock that was set back waits here; members refuse a ledger whose time does.
    const now = Math.max(this.#now(), this.#file.newestTime)
    checkClock(admitted.entry, now)
    requireOwnBeacon(this.#file, admitted.entry, this.#file.size)
    const sequencedAt = sequencedTime(signed.kind === 'sealed', now)
    const row = { index: this.#file.size, bytes, sequencedAt, receiptSignature: UNSIGNED }
    return { admitted, row, leafHash: entryLeafHash(this.#identity.suite, bytes) }
  }

  /** The answer for an entry of this transaction or of one before. */
  #appended({ body, intentReceipt }: Place): Appended {
    const { receiptSignature: signature } = this.#file.store.entry(body.index) as EntryRow
    return { receipt: { ...body, signature }, intentReceipt }
  }

  #bodyOf(entryId: Uint8Array, { index, bytes, sequencedAt }: EntryRow): AppendReceiptBody {
    return { entryId, index, leafHash: entryLeafHash(this.#identity.suite, bytes), sequencedAt }
  }

  #intentReceipt(
    entry: ReadableEntry,
    { entryId, index, leafHash, sequencedAt }: AppendReceiptBody,
  ): Uint8Array | null {
    const place = { entryId, index, leafHash, sequencedAt }
    const { anchor } = this.#file
    const { signingKey } = this.#identity
    if (entry.kind === 'intent-bought') {
      const { price: _price, ...bought } = entry.payload
      return signBoughtReceipt(anchor, signingKey, { ...bought, ...place })
    }
    if (entry.kind !== 'intent') return null
    const { intentId, inquirer, element, classes, asked, purpose, expiresAt } = entry.payload
    const intent = { intentId, inquirer, element, classes, asked, purpose, expiresAt }
    return signIntentReceipt(anchor, signingKey, { ...intent, ...place })
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
    this.#file.store.insertCheckpoint(size, checkpoint.text)
    // Before anyone sees it: from now on no smaller tree will do.
    this.#head.keep(checkpoint.text)
    return checkpoint
  }
}
