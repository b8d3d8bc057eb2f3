import { aes128Stream } from '@mixun/core/aes'
import { fail } from '@mixun/core/errors'
import type { Gf2KernelFactory } from '@mixun/core/gf2'
import { hashSeed, streamNonce } from './derive.ts'
import { LeafStreams } from './leaf-streams.ts'
import type { OtExtensionParameters } from './params.ts'
import type { RowKeys } from './row-hash.ts'
import type { SessionSeeds } from './setup.ts'
import type { ChunkPlace } from './universal-hash.ts'
import { type Workspace, workspaceFor } from './workspace.ts'

/** What both sides of a session have: its seeds, its memory, and where it stands. Both count the same chunks. */
export abstract class ExtensionState<S extends SessionSeeds> {
  readonly parameters: OtExtensionParameters
  protected readonly setup: S
  protected readonly workspace: Workspace
  protected readonly streams: LeafStreams
  readonly #tag: Uint8Array
  readonly #capacity: number
  #index = 0
  #first = 0
  #isEnded = false

  /**
   * @param tag of the session, equal on both sides
   * @param capacity OTs of the largest chunk of this session, at most those of the parameters
   * @param isPunctured whether the setup lacks the first leaf of every tree
   * @throws ERR_STATE_CONSUMED, ERR_INPUT_RANGE
   */
  constructor(
    setup: S,
    tag: Uint8Array,
    makeKernel: Gf2KernelFactory,
    capacity: number,
    isPunctured: boolean,
  ) {
    const { parameters } = setup
    if (!(capacity <= parameters.chunkCount)) {
      fail('ERR_INPUT_RANGE', `expected chunks of at most ${parameters.chunkCount} OTs, found ${capacity}`)
    }
    this.parameters = parameters
    this.setup = setup
    this.#capacity = capacity
    this.#tag = tag.slice()
    this.streams = new LeafStreams(parameters.k, setup.sessionSeeds(tag), streamNonce(tag), isPunctured)
    this.workspace = workspaceFor(parameters, capacity, makeKernel)
  }

  /** Index of the chunk that comes next. */
  get index(): number {
    return this.#index
  }

  /** @throws ERR_STATE_CONSUMED after its end, and after the setup was burnt in this session or in another one */
  requireOpen(): void {
    if (this.#isEnded || !this.setup.isUsable) {
      fail('ERR_STATE_CONSUMED', 'expected an extension that goes on, found one that has ended')
    }
  }

  /** Moves on by a chunk. @throws ERR_STATE_CONSUMED, ERR_INPUT_RANGE */
  protected nextChunk(count: number): ChunkPlace {
    this.requireOpen()
    if (!Number.isSafeInteger(count) || count < 1 || count > this.#capacity) {
      fail('ERR_INPUT_RANGE', `expected a chunk of 1 to ${this.#capacity} OTs, found ${count}`)
    }
    const place = {
      parameters: this.parameters,
      tag: this.#tag,
      index: this.#index,
      count,
      first: this.#first,
    }
    this.#index++
    this.#first += count
    return place
  }

  /** The keys of a chunk's hash. */
  protected rowKeys({ parameters, tag, index }: ChunkPlace): RowKeys {
    return aes128Stream(hashSeed(parameters, tag, index))
  }

  /** Ends this session and its setup, and with it every other session of the setup. */
  burn(): void {
    this.end()
    this.setup.burn()
  }

  /** Ends this side: nothing can be extended any more, and its memory is zeroed. Idempotent. */
  end(): void {
    this.#isEnded = true
    this.workspace.kernel.memory.fill(0)
  }
}
