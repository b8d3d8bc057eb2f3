import { concat, i2osp, utf8 } from '../bytes/index.ts'
import type { Suite } from '../suite/index.ts'

/**
 * The running hash of what both sides of a session saw, in order: `h ← H(h ‖ label ‖ length ‖ message)`. Its digest
 * binds proofs and receipts to one session.
 */
export class Transcript {
  readonly #suite: Suite
  #state: Uint8Array

  constructor(suite: Suite, domain: string) {
    this.#suite = suite
    this.#state = suite.hash(utf8(`mixun-transcript-1\0${domain}`))
  }

  /** Absorbs one labelled message; the label is a constant of the protocol. */
  absorb(label: string, message: Uint8Array): void {
    const labelBytes = utf8(label)
    this.#state = this.#suite.hash(
      concat(this.#state, i2osp(labelBytes.length, 2), labelBytes, i2osp(message.length, 4)),
      message,
    )
  }

  /** The digest of everything absorbed so far. */
  digest(): Uint8Array {
    return Uint8Array.from(this.#state)
  }
}
