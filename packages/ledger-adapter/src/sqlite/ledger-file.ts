import type { DatabaseSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import type { VerifierKey } from '../checkpoint/verifier-key.ts'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { requireEntryRange } from '../ledger/entry-range.ts'
import { entryCodec, type LedgerEntry } from '../ledger/ledger-entry.ts'
import type { ReadableEntry } from '../ledger/payloads.ts'
import type { LedgerReader } from '../ledger/sealed-entry.ts'
import { type AdmittedEntry, LedgerState } from '../ledger/state.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import { checkIntegrity, openLedgerDatabase, snapshotRead, transaction } from './database.ts'
import type { EntryRow } from './entry-row.ts'
import { EntryStore } from './entry-store.ts'
import { encodeBalances, parseBalances } from './snapshot.ts'
import { StoredRecords } from './stored-records.ts'
import { StoredTree } from './stored-tree.ts'

/** Default for `snapshotEntries`: entries after which the balances are written down again. */
const DEFAULT_SNAPSHOT_ENTRIES = 1_000

export interface LedgerFileOptions {
  readonly file: string
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  /** Who opens sealed entries: the owner of the file, always the same; null for one who opens none. */
  readonly reader: LedgerReader | null
  readonly busyTimeoutMs: number
  readonly snapshotEntries?: number | undefined
}

/**
 * A ledger on disk with its tree and its state in memory: what the association's driver and a member's mirror share.
 * Several processes may hold the same file: every write first takes in what the others wrote.
 */
export class LedgerFile {
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  readonly reader: LedgerReader | null
  readonly store: EntryStore
  readonly #database: DatabaseSync
  readonly #tree: StoredTree
  readonly #records: StoredRecords
  readonly #snapshotEntries: number
  #state: LedgerState
  #applied = 0
  /** The newest checkpoint, verified. */
  #opened: SignedCheckpoint | null = null
  /** Size and newest time while a write is under way. */
  #sizeInWrite: number | null = null
  #timeInWrite = 0

  constructor({ file, anchor, verifiers, reader, busyTimeoutMs, snapshotEntries }: LedgerFileOptions) {
    this.#snapshotEntries = snapshotEntries ?? DEFAULT_SNAPSHOT_ENTRIES
    this.anchor = anchor
    this.verifiers = verifiers
    this.reader = reader
    this.#database = openLedgerDatabase(file, anchor, busyTimeoutMs)
    try {
      this.store = new EntryStore(this.#database)
      this.#tree = new StoredTree(anchor.suite, this.store, () => this.size)
      this.#records = new StoredRecords(this.store, row => this.openEntry(row))
      this.#state = new LedgerState(anchor, verifiers, reader, this.#records)
      this.read(() => {
        this.#checkTip()
        this.#catchUp()
      })
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  get size(): number {
    return this.#sizeInWrite ?? this.store.size()
  }

  /** The newest time that an entry so far was sequenced at; inside {@link LedgerFile.write} only. */
  get newestTime(): number {
    return this.#timeInWrite
  }

  /** Registry and points after every entry on file. */
  get state(): LedgerState {
    if (this.#applied !== this.size) this.read(() => this.#catchUp())
    return this.#state
  }

  /** The key that the ledger's checkpoints are signed with. */
  get verifierKey(): VerifierKey {
    const { origin, suite, association } = this.anchor
    return { name: origin, suite, publicKey: association.publicKey }
  }

  /** Runs `action` on one state of the file, whatever other processes write meanwhile. */
  read<T>(action: () => T): T {
    return snapshotRead(this.#database, action)
  }

  /** Runs `action` with the write lock and a current state. When it throws, nothing is written. */
  write<T>(action: () => T): T {
    try {
      return transaction(this.#database, () => {
        this.#catchUp()
        this.#sizeInWrite = this.store.size()
        this.#timeInWrite = this.store.newestTime()
        const result = action()
        this.store.flush()
        this.#keepSnapshot()
        return result
      })
    } catch (error) {
      // The state may hold entries that were rolled back.
      this.#forgetState()
      this.store.discard()
      throw error
    } finally {
      this.#sizeInWrite = null
      this.#tree.endWrite()
    }
  }

  /**
   * Runs `action` with the write lock and without a sync: for rows that nothing rests on. What it wrote survives the end
   * of the process at once, and a power failure from the next {@link LedgerFile.write} on.
   */
  writeUnsynced(action: (store: EntryStore) => void): void {
    this.#database.exec('PRAGMA synchronous = NORMAL')
    try {
      transaction(this.#database, () => action(this.store))
    } finally {
      this.#database.exec('PRAGMA synchronous = FULL')
    }
  }

  /** Adds the next entry to rows, tree and state; inside {@link LedgerFile.write} only. */
  insert(
    admitted: AdmittedEntry,
    row: EntryRow,
    leafHash: Uint8Array = entryLeafHash(this.anchor.suite, row.bytes),
  ): void {
    this.store.insertEntry(admitted.entry.id, admitted.entry.kind, row)
    for (const event of admitted.events) this.store.insertEvent(row.index, event)
    this.#tree.append(row.index, leafHash)
    this.#state.apply(admitted, row.index)
    this.#records.remember(row.index, admitted.entry)
    this.#applied = row.index + 1
    this.#sizeInWrite = row.index + 1
    this.#timeInWrite = Math.max(this.#timeInWrite, row.sequencedAt)
  }

  /** @throws ERR_INPUT_RANGE for a size beyond the tree */
  root(size: number): Uint8Array {
    return this.#tree.root(size)
  }

  /** The leaf of an entry on file. @throws ERR_LEDGER_CORRUPT when there is none */
  leafHash(index: number): Uint8Array {
    return this.#tree.leafHash(index)
  }

  /** @throws ERR_INPUT_RANGE */
  proveInclusion(index: number, treeSize: number): Uint8Array[] {
    return this.#tree.proveInclusion(index, treeSize)
  }

  /** @throws ERR_INPUT_RANGE */
  proveConsistency(firstSize: number, secondSize: number): Uint8Array[] {
    return this.#tree.proveConsistency(firstSize, secondSize)
  }

  /** @throws ERR_INPUT_RANGE */
  entries(from: number, limit: number): StoredEntry[] {
    requireEntryRange(from, limit)
    const decode = (row: EntryRow) => new StoredEntry(row, bytes => decodeStored(row.index, bytes))
    return this.store.entries(from, limit).map(decode)
  }

  /** An entry on file, as far as the owner of the file can read it. @throws ERR_LEDGER_CORRUPT */
  openEntry({ index, bytes }: Pick<EntryRow, 'index' | 'bytes'>): ReadableEntry {
    return this.#state.registry.read(decodeStored(index, bytes), index)
  }

  /** The database's own structures, before anything is read through them. @throws ERR_LEDGER_CORRUPT */
  checkIntegrity(): void {
    checkIntegrity(this.#database)
  }

  /** @throws ERR_LEDGER_CORRUPT when the stored note no longer verifies */
  lastCheckpoint(): SignedCheckpoint | null {
    const text = this.store.notes.lastCheckpoint()
    // Asked for at every session, and verifying takes as long as half an evaluation.
    if (this.#opened !== null && this.#opened.text === text) return this.#opened
    try {
      this.#opened = text === null ? null : openCheckpoint(this.verifierKey, text)
      return this.#opened
    } catch (cause) {
      return fail('ERR_LEDGER_CORRUPT', 'the newest stored checkpoint does not verify', { cause })
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  /**
   * Takes in what is on file and not in memory yet, inside one transaction, since others write to the file: entries that registry and policy are made of, and points from the
   * snapshot on. What was judged when it was written is not judged again: whatever does not fit now, the file changed.
   */
  #catchUp(): void {
    const { size } = this
    if (this.#applied === size) return
    try {
      if (this.#applied === 0) this.#restoreSnapshot()
      const snapshotSize = this.#applied === 0 ? (this.store.snapshot()?.size ?? 0) : this.#applied
      for (const row of this.store.stateEntries(this.#applied)) this.#takeIn(row)
      for (const row of this.store.intentEntries(snapshotSize)) this.#countIntent(row)
      this.store.eachEvent(snapshotSize, event => this.#state.replayEvent(event))
    } catch (cause) {
      this.#forgetState()
      const isNamed =
        cause instanceof MixunError && ['ERR_LEDGER_CORRUPT', 'ERR_KEY_FILE'].includes(cause.code)
      if (isNamed) throw cause
      fail('ERR_LEDGER_CORRUPT', 'the stored points or counts do not add up', { cause })
    }
    this.#applied = size
  }

  /** It is read anew on next use. */
  #forgetState(): void {
    this.#records.forget()
    this.#state = new LedgerState(this.anchor, this.verifiers, this.reader, this.#records)
    this.#applied = 0
  }

  /** An entry that the registry is made of, under its leaf of the tree. */
  #takeIn({ index, bytes }: EntryRow): void {
    this.#tree.requireLeaf(index, bytes)
    try {
      const entry = this.openEntry({ index, bytes })
      this.#state.replay({ entry, events: this.store.events(index) }, index)
    } catch (cause) {
      if (cause instanceof MixunError && cause.code === 'ERR_LEDGER_CORRUPT') throw cause
      fail('ERR_LEDGER_CORRUPT', `entry ${index} no longer fits those before it`, {
        details: { index },
        cause,
      })
    }
  }

  /** An intent is filed already; only the budgets have to count it. */
  #countIntent({ index, bytes }: EntryRow): void {
    this.#tree.requireLeaf(index, bytes)
    const entry = this.openEntry({ index, bytes })
    if (entry.kind === 'intent') this.#state.registry.policy.apply(entry, index)
  }

  /** Balances and counts as they were at the size of the snapshot, which has to be one of this tree. */
  #restoreSnapshot(): void {
    const snapshot = this.store.snapshot()
    if (snapshot === null) return
    const { size, root, balances, counts } = snapshot
    if (size > this.size || compareBytes(this.root(size), root) !== 0) {
      fail('ERR_LEDGER_CORRUPT', `expected the tree of the snapshot of size ${size}`)
    }
    this.#state.restoreBalances(parseBalances(balances))
    this.#state.registry.policy.budgets.restoreCounts(counts)
  }

  #keepSnapshot(): void {
    const { size } = this
    if (size - (this.store.snapshot()?.size ?? 0) < this.#snapshotEntries) return
    const balances = encodeBalances(this.#state.balances)
    const counts = this.#state.registry.policy.budgets.encodeCounts()
    this.store.putSnapshot({ size, root: this.root(size), balances, counts })
  }

  /** The cheap check at opening: the newest leaf and the newest checkpoint fit the tree on file. */
  #checkTip(): void {
    const { size } = this
    const checkpoint = this.lastCheckpoint()
    if (checkpoint !== null) {
      if (checkpoint.size > size || compareBytes(this.root(checkpoint.size), checkpoint.root) !== 0) {
        fail('ERR_LEDGER_CORRUPT', `expected the tree of the checkpoint of size ${checkpoint.size}`)
      }
    }
    const last = this.store.entry(size - 1)
    if (last === undefined) return
    this.#tree.requireLeaf(last.index, last.bytes)
  }
}

function decodeStored(index: number, bytes: Uint8Array): LedgerEntry {
  try {
    return entryCodec.decode(bytes)
  } catch (cause) {
    return fail('ERR_LEDGER_CORRUPT', `entry ${index} does not decode`, { details: { index }, cause })
  }
}
