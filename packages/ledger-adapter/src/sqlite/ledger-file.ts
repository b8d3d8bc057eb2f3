import type { DatabaseSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { consistencyProof, inclusionProof, nodeHash, treeRoot } from '@mixun/core/merkle'
import { openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import type { VerifierKey } from '../checkpoint/verifier-key.ts'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import { entryCodec, entryLeafHash, readEntry } from '../ledger/entry.ts'
import { MAX_ENTRIES, requireEntryRange } from '../ledger/entry-range.ts'
import type { StoredEntry } from '../ledger/ledger.ts'
import { type AdmittedEntry, LedgerState } from '../ledger/state.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import { checkIntegrity, openLedgerDatabase, transaction } from './database.ts'
import { type EntryRow, EntryStore } from './entry-store.ts'

export interface LedgerFileOptions {
  readonly file: string
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  readonly busyTimeoutMs: number
}

/**
 * A ledger on disk with its tree and its state in memory: what the association's driver and a member's mirror share.
 * Several processes may hold the same file: every write first takes in what the others wrote.
 */
export class LedgerFile {
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  readonly store: EntryStore
  readonly #database: DatabaseSync
  #state: LedgerState
  #applied = 0

  constructor({ file, anchor, verifiers, busyTimeoutMs }: LedgerFileOptions) {
    this.anchor = anchor
    this.verifiers = verifiers
    this.#state = new LedgerState(anchor, verifiers)
    this.#database = openLedgerDatabase(file, anchor, busyTimeoutMs)
    try {
      this.store = new EntryStore(this.#database)
      this.#checkTip()
      this.#catchUp()
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  get size(): number {
    return this.store.size()
  }

  /** Registry and points after every entry on file. */
  get state(): LedgerState {
    this.#catchUp()
    return this.#state
  }

  /** The key that the ledger's checkpoints are signed with. */
  get verifierKey(): VerifierKey {
    const { origin, suite, association } = this.anchor
    return { name: origin, suite, publicKey: association.publicKey }
  }

  /** Runs `action` with the write lock and a current state. When it throws, nothing is written. */
  write<T>(action: () => T): T {
    try {
      return transaction(this.#database, () => {
        this.#catchUp()
        return action()
      })
    } catch (error) {
      // The state may hold entries that were rolled back; it is folded anew on next use.
      this.#state = new LedgerState(this.anchor, this.verifiers)
      this.#applied = 0
      throw error
    }
  }

  /** Adds the next entry to rows, tree and state; inside {@link LedgerFile.write} only. */
  insert(admitted: AdmittedEntry, row: EntryRow): void {
    this.store.insertEntry(admitted.entry.id, row)
    for (const event of admitted.events) this.store.insertEvent(row.index, event)
    this.#insertLeaf(row.index, entryLeafHash(this.anchor.suite, row.bytes))
    this.#state.apply(admitted, row.index)
    this.#applied = row.index + 1
  }

  /** @throws ERR_INPUT_RANGE for a size beyond the tree */
  root(size: number): Uint8Array {
    this.#requireSize(size)
    return treeRoot(this.anchor.suite.hash, this.store, size)
  }

  /** @throws ERR_INPUT_RANGE */
  proveInclusion(index: number, treeSize: number): Uint8Array[] {
    this.#requireSize(treeSize)
    return inclusionProof(this.anchor.suite.hash, this.store, index, treeSize)
  }

  /** @throws ERR_INPUT_RANGE */
  proveConsistency(firstSize: number, secondSize: number): Uint8Array[] {
    this.#requireSize(firstSize)
    this.#requireSize(secondSize)
    return consistencyProof(this.anchor.suite.hash, this.store, firstSize, secondSize)
  }

  /** @throws ERR_INPUT_RANGE */
  entries(from: number, limit: number): StoredEntry[] {
    requireEntryRange(from, limit)
    return this.store.entries(from, limit).map(({ index, bytes, sequencedAt, receiptSignature }) => {
      return { index, entry: decodeStored(index, bytes), sequencedAt, receiptSignature }
    })
  }

  /** The database's own structures, before anything is read through them. @throws ERR_LEDGER_CORRUPT */
  checkIntegrity(): void {
    checkIntegrity(this.#database)
  }

  /** @throws ERR_LEDGER_CORRUPT when the stored note no longer verifies */
  lastCheckpoint(): SignedCheckpoint | null {
    const text = this.store.lastCheckpoint()
    try {
      return text === null ? null : openCheckpoint(this.verifierKey, text)
    } catch (cause) {
      return fail('ERR_LEDGER_CORRUPT', 'the newest stored checkpoint does not verify', { cause })
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #requireSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) {
      fail('ERR_INPUT_RANGE', `expected a tree size of at most ${this.size}, found ${size}`)
    }
  }

  #insertLeaf(leafIndex: number, leaf: Uint8Array): void {
    let node = leaf
    let index = leafIndex
    this.store.insertNode(0, index, node)
    for (let level = 0; index % 2 === 1; level++) {
      node = nodeHash(this.anchor.suite.hash, this.store.subtree(level, index - 1), node)
      index = (index - 1) / 2
      this.store.insertNode(level + 1, index, node)
    }
  }

  #catchUp(): void {
    const size = this.size
    while (this.#applied < size) {
      for (const row of this.store.entries(this.#applied, MAX_ENTRIES)) {
        this.#takeIn(row)
        this.#applied = row.index + 1
      }
    }
  }

  /** What was judged when it was written is not judged again: whatever fails now, the file changed. */
  #takeIn({ index, bytes }: EntryRow): void {
    try {
      const entry = readEntry(decodeStored(index, bytes))
      this.#state.apply({ entry, events: this.store.events(index) }, index)
    } catch (cause) {
      if (cause instanceof MixunError && cause.code === 'ERR_LEDGER_CORRUPT') throw cause
      fail('ERR_LEDGER_CORRUPT', `entry ${index} no longer fits those before it`, {
        details: { index },
        cause,
      })
    }
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
    const leaf = entryLeafHash(this.anchor.suite, last.bytes)
    if (compareBytes(this.store.subtree(0, last.index), leaf) !== 0) {
      fail('ERR_LEDGER_CORRUPT', 'expected the newest entry under its leaf hash', {
        details: { index: last.index },
      })
    }
  }
}

function decodeStored(index: number, bytes: Uint8Array): StoredEntry['entry'] {
  try {
    return entryCodec.decode(bytes)
  } catch (cause) {
    return fail('ERR_LEDGER_CORRUPT', `entry ${index} does not decode`, { details: { index }, cause })
  }
}
