import { aes128Permutation, type Permutation } from '@mixun/core/aes'
import { equalConstantTime } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Gf2KernelFactory } from '@mixun/core/gf2'
import { bitAt } from '../base-ot/index.ts'
import { hashKey } from './derive.ts'
import { ExtensionState } from './extension-state.ts'
import { LeafStreams } from './leaf-streams.ts'
import { maskOf } from './masks.ts'
import type { ChunkMessage } from './messages.ts'
import { BLOCK_BYTES, BLOCK_ROWS, COLUMNS, chunkRows } from './params.ts'
import { hashRows } from './row-hash.ts'
import type { SenderSeeds } from './setup.ts'
import { type ChunkPlace, drawChallenges, hashColumns } from './universal-hash.ts'
import { type Workspace, workspaceFor } from './workspace.ts'

/** Random OTs as the sender has them: both messages, a block of 16 bytes each an OT. Secret. */
export interface SentOts {
  readonly count: number
  readonly zeros: Uint8Array
  readonly ones: Uint8Array
}

/** The sender of one session of OT extension: takes chunks until it is ended. Secret. */
export class ExtensionSender extends ExtensionState {
  readonly #setup: SenderSeeds
  readonly #workspace: Workspace
  readonly #streams: LeafStreams
  readonly #permutation: Permutation

  /**
   * @param tag of the session, equal on both sides
   * @param capacity OTs of the largest chunk: memory is for so many
   * @throws ERR_STATE_CONSUMED, ERR_INPUT_RANGE
   */
  constructor(
    setup: SenderSeeds,
    tag: Uint8Array,
    makeKernel: Gf2KernelFactory,
    capacity: number = setup.parameters.chunkCount,
  ) {
    super(setup.parameters, tag, capacity)
    const { k } = setup.parameters
    this.#setup = setup
    this.#streams = new LeafStreams(k, setup.sessionSeeds(tag), true)
    this.#permutation = aes128Permutation(hashKey(setup.parameters, tag))
    this.#workspace = workspaceFor(setup.parameters, capacity, makeKernel)
    const { kernel, delta, masks } = this.#workspace
    const secret = setup.delta
    kernel.memory.set(secret, delta)
    for (let i = 0; i < COLUMNS; i++) kernel.memory[masks + i] = maskOf(bitAt(secret, i))
    secret.fill(0)
  }

  /**
   * Takes the next chunk of `count` OTs. A proof that fails ends this session and the setup: no other session of it may
   * follow, for the failure says something of Δ.
   *
   * @throws ERR_VERIFY_OT_EXTENSION, ERR_STATE_CONSUMED, ERR_INPUT_RANGE
   */
  extend(count: number, message: ChunkMessage): SentOts {
    const place = this.nextChunk(count)
    const workspace = this.#workspace
    const { kernel } = workspace
    const { k } = this.parameters
    const rows = chunkRows(this.parameters, count)
    const bytes = rows / 8
    kernel.memory.set(message.corrections, workspace.corrections)
    for (let tree = 0; tree < this.#streams.trees; tree++) {
      this.#streams.fold(workspace, tree, bytes)
      if (tree === 0) continue
      const correction = workspace.corrections + (tree - 1) * bytes
      const column = workspace.columns + tree * k * bytes
      kernel.correct(k, column, correction, workspace.masks + tree * k, bytes, bytes)
    }
    kernel.transpose(workspace.rows, workspace.columns, bytes, rows / BLOCK_ROWS)
    if (this.parameters.isMalicious) this.#verify(place, message, rows / BLOCK_ROWS)
    const zeros = hashRows(workspace, this.#permutation, place.first, count, null)
    const ones = hashRows(workspace, this.#permutation, place.first, count, workspace.delta)
    return { count, zeros, ones }
  }

  /** Ends this session and its setup, for a message that no honest receiver sends. */
  burn(): void {
    this.end()
    this.#setup.burn()
  }

  override end(): void {
    super.end()
    this.#workspace.kernel.memory.fill(0)
  }

  /** W̃ = Ṽ + ũ · Δ, column by column; by rows: row b of W̃ is row b of Ṽ, plus Δ where bit b of ũ is set. */
  #verify(place: ChunkPlace, message: ChunkMessage, blocks: number): void {
    drawChallenges(this.#workspace, place, message.corrections)
    const { u, v } = message.proof ?? this.#refuse()
    const delta = this.#setup.delta
    const expected = v.map((byte, i) => {
      const mask = maskOf(bitAt(u, Math.floor(i / BLOCK_BYTES)))
      return byte ^ (mask & (delta[i % BLOCK_BYTES] as number))
    })
    delta.fill(0)
    if (!equalConstantTime(hashColumns(this.#workspace, blocks), expected)) this.#refuse()
  }

  #refuse(): never {
    this.burn()
    return fail('ERR_VERIFY_OT_EXTENSION', 'expected a chunk whose proof holds')
  }
}
