import { aes128Permutation, type Permutation } from '@mixun/core/aes'
import type { Gf2KernelFactory } from '@mixun/core/gf2'
import { bitBytes } from '../base-ot/index.ts'
import { hashKey } from './derive.ts'
import { ExtensionState } from './extension-state.ts'
import { LeafStreams } from './leaf-streams.ts'
import type { ChunkMessage, ChunkProof } from './messages.ts'
import { BLOCK_ROWS, chunkRows } from './params.ts'
import { hashRows } from './row-hash.ts'
import type { ReceiverSeeds } from './setup.ts'
import { type ChunkPlace, drawChallenges, hashChoices, hashColumns } from './universal-hash.ts'
import { type Workspace, workspaceFor } from './workspace.ts'

/** Random OTs as the receiver has them. Secret. */
export interface ReceivedOts {
  readonly count: number
  /** Packed bits, least significant first; zeros behind the last. */
  readonly choices: Uint8Array
  /** A block of 16 bytes an OT: of the sender's two the one of the choice bit. */
  readonly messages: Uint8Array
}

/** The receiver of one session of OT extension: makes chunks until it is ended. Secret. */
export class ExtensionReceiver extends ExtensionState {
  readonly #setup: ReceiverSeeds
  readonly #workspace: Workspace
  readonly #streams: LeafStreams
  readonly #permutation: Permutation

  /**
   * @param tag of the session, equal on both sides
   * @param capacity OTs of the largest chunk: memory is for so many
   * @throws ERR_STATE_CONSUMED, ERR_INPUT_RANGE
   */
  constructor(
    setup: ReceiverSeeds,
    tag: Uint8Array,
    makeKernel: Gf2KernelFactory,
    capacity: number = setup.parameters.chunkCount,
  ) {
    super(setup.parameters, tag, capacity)
    const { k } = setup.parameters
    this.#setup = setup
    this.#streams = new LeafStreams(k, setup.sessionSeeds(tag), false)
    this.#permutation = aes128Permutation(hashKey(setup.parameters, tag))
    this.#workspace = workspaceFor(setup.parameters, capacity, makeKernel)
  }

  /**
   * The next chunk of `count` OTs: what the receiver has of it, and its message.
   *
   * @throws ERR_STATE_CONSUMED after {@link ExtensionReceiver.end}, ERR_INPUT_RANGE
   */
  extend(count: number): { ots: ReceivedOts; message: ChunkMessage; index: number } {
    const place = this.nextChunk(count)
    const corrections = this.fill(place)
    const proof = this.parameters.isMalicious ? this.prove(place, corrections) : null
    return { ots: this.finish(place), message: { corrections, proof }, index: place.index }
  }

  /** Fills the matrix V and the choice bits of a chunk; the corrections of the trees. */
  protected fill({ count }: ChunkPlace): Uint8Array {
    const workspace = this.#workspace
    const { kernel } = workspace
    const rows = chunkRows(this.parameters, count)
    const bytes = rows / 8
    this.#streams.fold(workspace, 0, bytes)
    kernel.memory.copyWithin(workspace.choices, workspace.u, workspace.u + bytes)
    for (let tree = 1; tree < this.#streams.trees; tree++) {
      this.#streams.fold(workspace, tree, bytes)
      kernel.xor(workspace.corrections + (tree - 1) * bytes, workspace.u, workspace.choices, bytes)
    }
    kernel.transpose(workspace.rows, workspace.columns, bytes, rows / BLOCK_ROWS)
    const end = workspace.corrections + (this.#streams.trees - 1) * bytes
    return kernel.memory.slice(workspace.corrections, end)
  }

  /** The proof of the matrix that was filled last, under the challenge of these corrections. */
  protected prove(place: ChunkPlace, corrections: Uint8Array): ChunkProof {
    const blocks = chunkRows(this.parameters, place.count) / BLOCK_ROWS
    drawChallenges(this.#workspace, place, corrections)
    return {
      u: hashChoices(this.#workspace, blocks),
      v: hashColumns(this.#workspace, blocks).slice(),
    }
  }

  /** The OTs of the matrix that was filled last. */
  protected finish({ count, first }: ChunkPlace): ReceivedOts {
    const { kernel, choices: at } = this.#workspace
    const messages = hashRows(this.#workspace, this.#permutation, first, count, null)
    const choices = kernel.memory.slice(at, at + bitBytes(count))
    const unused = 8 * choices.length - count
    choices[choices.length - 1] = (choices.at(-1) as number) & (0xff >>> unused)
    return { count, choices, messages }
  }

  /** Ends this session and its setup: the peer has. */
  burn(): void {
    this.end()
    this.#setup.burn()
  }

  override end(): void {
    super.end()
    this.#workspace.kernel.memory.fill(0)
  }
}
