import { concat, toHex, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { sessionSeed } from './derive.ts'
import { MAX_SESSIONS, type OtExtensionParameters } from './params.ts'
import type { Leaves } from './trees.ts'

/**
 * What base OTs and trees leave on one side: the seeds that sessions derive theirs from. A session tag serves once, and
 * after a failed check or a malformed message nothing does: an adversary who saw an abort has learned something of Δ.
 * Tags and the burning live in memory: what is stored by `stored-setup.ts` is deleted with the burning, and serves again
 * after a restart only for sessions whose tags are fresh by randomness of both sides.
 */
class Setup {
  readonly parameters: OtExtensionParameters
  /** What names this setup on both sides, public: the digest of the transcript that made it. */
  readonly id: Uint8Array
  readonly #leaves: readonly Leaves[]
  readonly #tags = new Set<string>()
  #isBurnt = false

  constructor(parameters: OtExtensionParameters, id: Uint8Array, leaves: readonly Leaves[]) {
    this.parameters = parameters
    this.id = id.slice()
    this.#leaves = leaves
  }

  /** Whether sessions may still start. */
  get isUsable(): boolean {
    return !this.#isBurnt
  }

  /**
   * The seeds of one session, a list a tree.
   *
   * @param tag what names the session on both sides, never twice the same: the digest of its transcript
   * @throws ERR_STATE_CONSUMED for a tag that was used, after {@link Setup.burn} and after MAX_SESSIONS sessions
   */
  sessionSeeds(tag: Uint8Array): Leaves[] {
    const name = toHex(tag)
    if (this.#isBurnt) fail('ERR_STATE_CONSUMED', 'expected a setup that no abort has ended: make a new one')
    if (this.#tags.has(name))
      fail('ERR_STATE_CONSUMED', 'expected a fresh session tag, found one that was used')
    if (this.#tags.size >= MAX_SESSIONS) {
      fail('ERR_STATE_CONSUMED', `expected at most ${MAX_SESSIONS} sessions a setup: make a new one`)
    }
    this.#tags.add(name)
    return this.#leaves.map(leaves => leaves.map(leaf => sessionSeed(this.parameters, tag, leaf)))
  }

  /** All leaves one after another, a block each, in a copy; secret. @throws ERR_STATE_CONSUMED after {@link Setup.burn} */
  copyLeaves(): Uint8Array {
    if (this.#isBurnt) fail('ERR_STATE_CONSUMED', 'expected a setup that no abort has ended: make a new one')
    return concat(...this.#leaves.flat())
  }

  /** Ends the setup for good and zeroes its seeds. */
  burn(): void {
    this.#isBurnt = true
    for (const leaves of this.#leaves) wipe(...leaves)
  }
}

/** What a receiver's session takes from a setup. */
export type ReceiverSeeds = Pick<ReceiverSetup, 'parameters' | 'sessionSeeds' | 'burn'>

/** What a sender's session takes from a setup. */
export type SenderSeeds = Pick<SenderSetup, 'parameters' | 'sessionSeeds' | 'burn' | 'delta'>

/** The receiver's half: all leaves of all trees. */
export class ReceiverSetup extends Setup {
  readonly role = 'receiver'
}

/** The sender's half: Δ, and all leaves but those at Δ, whose places hold zeros. */
export class SenderSetup extends Setup {
  readonly role = 'sender'
  readonly #delta: Uint8Array

  /** @param delta 16 bytes, secret; kept */
  constructor(
    parameters: OtExtensionParameters,
    id: Uint8Array,
    leaves: readonly Leaves[],
    delta: Uint8Array,
  ) {
    super(parameters, id, leaves)
    this.#delta = delta
  }

  /** Δ, 16 bytes; secret. A copy. */
  get delta(): Uint8Array {
    return this.#delta.slice()
  }

  override burn(): void {
    super.burn()
    wipe(this.#delta)
  }
}
