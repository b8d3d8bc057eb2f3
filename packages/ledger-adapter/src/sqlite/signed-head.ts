import { openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import type { VerifierKey } from '../checkpoint/verifier-key.ts'

/** A place apart from the ledger's file, which a backup of that file does not take back. */
export interface HeadRecord {
  /** The note that was written last; null before the first. */
  read(): string | null
  /** Durable when it returns. */
  write(note: string): void
}

/**
 * The largest checkpoint known to be signed by this ledger's key: what it signed, or what a member showed. A ledger that
 * is smaller than it was restored from an old backup.
 */
export class SignedHead {
  readonly #key: VerifierKey
  readonly #record: HeadRecord | undefined
  #head: SignedCheckpoint | null

  /** @throws ERR_LEDGER_CHECKPOINT when the record holds no checkpoint of the key */
  constructor(key: VerifierKey, record: HeadRecord | undefined) {
    this.#key = key
    this.#record = record
    this.#head = this.#recorded()
  }

  get checkpoint(): SignedCheckpoint | null {
    return this.#head
  }

  /** Keeps the larger one, durably. */
  keep(note: string): SignedCheckpoint {
    const checkpoint = openCheckpoint(this.#key, note)
    if (checkpoint.size <= this.#size) return checkpoint
    // Another process may have recorded a larger one meanwhile.
    const recorded = this.#recorded()
    if (recorded !== null && recorded.size > this.#size) this.#head = recorded
    if (checkpoint.size > this.#size) {
      this.#record?.write(note)
      this.#head = checkpoint
    }
    return checkpoint
  }

  get #size(): number {
    return this.#head?.size ?? 0
  }

  #recorded(): SignedCheckpoint | null {
    const note = this.#record?.read() ?? null
    return note === null ? null : openCheckpoint(this.#key, note)
  }
}
