import { compareBytes } from '@mixun/core/bytes'
import { openCheckpoint, plainCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { forkError } from '../checkpoint/fork.ts'
import type { LedgerFile } from './ledger-file.ts'
import { requireOwnTree } from './own-tree.ts'

/** Checkpoints ahead of the tree on file that are kept at once. */
const MAX_AHEAD = 64

/**
 * Checkpoints that the sequencer signed and that are larger than the tree on file: what other members showed, and what
 * a sync is on the way to. They are kept in the file, so that a restart does not forget them, and compared when the
 * tree has got there.
 */
export class AheadCheckpoints {
  readonly #file: LedgerFile
  /** The last one that was kept; members show the same one session after session. */
  #last: string | null = null

  constructor(file: LedgerFile) {
    this.#file = file
  }

  /** By ascending size. */
  all(): SignedCheckpoint[] {
    return this.#file.store.notes.ahead().map(({ text }) => this.#open(text))
  }

  largest(): SignedCheckpoint | null {
    const row = this.#file.store.notes.ahead().at(-1)
    return row === undefined ? null : this.#open(row.text)
  }

  isLast(note: string): boolean {
    return note === this.#last
  }

  /**
   * Keeps a checkpoint whose signature is checked.
   *
   * @throws ERR_LEDGER_FORK when one of this size and another root is kept
   */
  keep(checkpoint: SignedCheckpoint): void {
    const { size, root, text } = checkpoint
    const row = this.#file.store.notes.ahead().find(each => each.size === size)
    const known = row === undefined ? null : this.#open(row.text)
    if (known !== null && compareBytes(known.root, root) !== 0) {
      throw forkError(known, checkpoint, 'inconsistent')
    }
    this.#last = text
    const plain = plainCheckpoint(this.#file.verifierKey, text)
    this.#file.writeUnsynced(store => {
      if (store.notes.ahead().length < MAX_AHEAD) store.notes.insertAhead(size, plain)
    })
  }

  /** Compares those that the tree has got to, and forgets them. @throws ERR_LEDGER_FORK, and keeps it then */
  settle(): void {
    const { size } = this.#file
    const reached = this.all().filter(each => each.size <= size)
    if (reached.length === 0) return
    for (const checkpoint of reached) requireOwnTree(this.#file, checkpoint)
    this.#file.writeUnsynced(store => store.notes.deleteAhead(size))
  }

  #open(text: string): SignedCheckpoint {
    return openCheckpoint(this.#file.verifierKey, text)
  }
}
