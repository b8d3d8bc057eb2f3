import { fail, MixunError } from '@mixun/core/errors'
import { verifyConsistency, verifyInclusion } from '@mixun/core/merkle'
import type { Session } from '@mixun/core/session'
import { openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { forkError } from '../checkpoint/fork.ts'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { requireEntryRange } from '../ledger/entry-range.ts'
import type { Appended, Ledger } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { PointsBalance } from '../points/journal.ts'
import { checkAppended, checkStored, refusalError } from './checks.ts'
import { decodeAnswer } from './codec.ts'
import { Connection } from './connection.ts'
import type { LedgerAnswer, LedgerRequest, LedgerVerb } from './messages.ts'
import { DEFAULT_REQUEST_TIMEOUT_MS } from './params.ts'

/** Checkpoints whose roots are remembered for checking proofs. */
const REMEMBERED_CHECKPOINTS = 256

/** Options of {@link RemoteLedger}. */
export interface RemoteLedgerOptions {
  readonly anchor: LedgerAnchor
  /** Opens a session of {@link LEDGER_PROTOCOL} to the association; called again when the last one is gone. */
  readonly connect: () => Promise<Session>
  /** How long a request waits for its answer; default 30,000 ms. */
  readonly requestTimeoutMs?: number
}

/**
 * A firm's way to the ledger at the association. It verifies what it is told: receipts are the sequencer's and of what
 * was sent, every checkpoint continues the one before, and a proof leads to the roots of checkpoints seen here (for
 * other sizes the caller, who holds the checkpoint, verifies it). A balance is the association's word: a mirror
 * computes it.
 */
export class RemoteLedger implements Ledger {
  readonly #anchor: LedgerAnchor
  readonly #connect: () => Promise<Session>
  readonly #requestTimeoutMs: number
  readonly #checkpoints = new Map<number, SignedCheckpoint>()
  #connection: Promise<Connection> | null = null
  #latest: SignedCheckpoint | null = null
  #checkpointing: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: RemoteLedgerOptions) {
    this.#anchor = options.anchor
    this.#connect = options.connect
    this.#requestTimeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS
  }

  /** @throws also ERR_LEDGER_RECEIPT when the answer is not the sequencer's receipt of `entry` */
  async append(entry: LedgerEntry): Promise<Appended> {
    const appended = await this.#request({ verb: 'append', entry })
    checkAppended(this.#anchor, entry, appended)
    return appended
  }

  /** @throws also ERR_LEDGER_CHECKPOINT, ERR_LEDGER_FORK with this and the last checkpoint */
  checkpoint(): Promise<SignedCheckpoint> {
    // One after the other: a smaller checkpoint than the last is then a rollback, never an answer that overtook.
    const run = this.#checkpointing.then(() => this.#checkpoint())
    this.#checkpointing = run.catch(() => {})
    return run
  }

  async entries(from: number, limit: number): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = []
    requireEntryRange(from, limit)
    while (entries.length < limit) {
      const start = from + entries.length
      const page = await this.#request({ verb: 'entries', from: start, limit: limit - entries.length })
      if (page.length > limit - entries.length)
        fail('ERR_LEDGER_RECEIPT', 'expected no more entries than asked for')
      page.forEach((stored, i) => checkStored(this.#anchor, stored, start + i))
      if (page.length === 0) break
      entries.push(...page)
    }
    return entries
  }

  async proveInclusion(index: number, treeSize: number): Promise<Uint8Array[]> {
    const proof = await this.#request({ verb: 'inclusion', index, treeSize })
    const checkpoint = this.#checkpoints.get(treeSize)
    if (checkpoint === undefined) return proof
    const [stored] = await this.entries(index, 1)
    if (stored === undefined) return fail('ERR_LEDGER_RECEIPT', `expected entry ${index}, found none`)
    const { hash } = this.#anchor.suite
    const leaf = entryLeafHash(this.#anchor.suite, stored.bytes)
    try {
      verifyInclusion(hash, index, treeSize, leaf, proof, checkpoint.root)
    } catch (cause) {
      fail('ERR_LEDGER_RECEIPT', `expected a proof of entry ${index} under the checkpoint`, { cause })
    }
    return proof
  }

  async proveConsistency(firstSize: number, secondSize: number): Promise<Uint8Array[]> {
    const proof = await this.#request({ verb: 'consistency', firstSize, secondSize })
    const first = this.#checkpoints.get(firstSize)
    const second = this.#checkpoints.get(secondSize)
    if (first !== undefined && second !== undefined) this.#verifyConsistency(first, second, proof)
    return proof
  }

  /** The notes are the ledger's word: a mirror verifies each against its own tree and registry. */
  async cosign(note: string | null): Promise<string[]> {
    return this.#request({ verb: 'cosign', note })
  }

  async balance(partyId: string): Promise<PointsBalance> {
    return this.#request({ verb: 'balance', partyId })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const connection = await this.#connection?.catch(() => null)
    await connection?.close()
  }

  async #checkpoint(): Promise<SignedCheckpoint> {
    const { origin, suite, association } = this.#anchor
    const note = await this.#request({ verb: 'checkpoint' })
    const head = openCheckpoint({ name: origin, suite, publicKey: association.publicKey }, note)
    const latest = this.#latest
    if (latest !== null) {
      if (head.size < latest.size) throw forkError(latest, head, 'rollback')
      const { size: firstSize } = latest
      const isLarger = head.size > firstSize && firstSize > 0
      const proof = isLarger
        ? await this.#request({ verb: 'consistency', firstSize, secondSize: head.size })
        : []
      this.#verifyConsistency(latest, head, proof)
    }
    this.#remember(head)
    return head
  }

  #verifyConsistency(first: SignedCheckpoint, second: SignedCheckpoint, proof: readonly Uint8Array[]): void {
    const { hash } = this.#anchor.suite
    try {
      verifyConsistency(hash, first.size, second.size, proof, first.root, second.root)
    } catch (cause) {
      throw forkError(first, second, 'inconsistent', { cause })
    }
  }

  #remember(checkpoint: SignedCheckpoint): void {
    this.#latest = checkpoint
    this.#checkpoints.set(checkpoint.size, checkpoint)
    const [oldest] = this.#checkpoints.keys()
    if (this.#checkpoints.size > REMEMBERED_CHECKPOINTS) this.#checkpoints.delete(oldest as number)
  }

  /** A request that a dying connection lost is sent once more: every request is idempotent. */
  async #request<R extends LedgerRequest>(request: R): Promise<LedgerAnswer<R['verb']>> {
    let frame: Uint8Array
    try {
      frame = await (await this.#connected()).request(request, this.#requestTimeoutMs)
    } catch (error) {
      if (!(error instanceof MixunError) || error.code !== 'ERR_CHANNEL_CLOSED' || this.#isClosed) throw error
      frame = await (await this.#connected()).request(request, this.#requestTimeoutMs)
    }
    const decoded = decodeAnswer<LedgerVerb>(request.verb, frame)
    if ('refusal' in decoded) throw refusalError(this.#anchor.association.partyId, decoded.refusal)
    return decoded.answer as LedgerAnswer<R['verb']>
  }

  async #connected(): Promise<Connection> {
    if (this.#isClosed) fail('ERR_CHANNEL_CLOSED', 'the ledger was closed')
    const last = this.#connection
    const connection = await last?.catch(() => null)
    if (connection?.isOpen) return connection
    // Another request may have reconnected meanwhile.
    if (last !== this.#connection) return this.#connected()
    this.#connection = this.#connect().then(session => new Connection(session))
    return this.#connection
  }
}
