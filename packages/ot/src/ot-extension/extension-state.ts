import { fail } from '@mixun/core/errors'
import type { OtExtensionParameters } from './params.ts'
import type { ChunkPlace } from './universal-hash.ts'

/** Where one side of a session stands: both count the same chunks. */
export class ExtensionState {
  readonly parameters: OtExtensionParameters
  readonly #tag: Uint8Array
  readonly #capacity: number
  #index = 0
  #first = 0
  #isEnded = false

  /** @param capacity OTs of the largest chunk of this session, at most those of the parameters */
  constructor(parameters: OtExtensionParameters, tag: Uint8Array, capacity: number) {
    if (!(capacity <= parameters.chunkCount)) {
      fail('ERR_INPUT_RANGE', `expected chunks of at most ${parameters.chunkCount} OTs, found ${capacity}`)
    }
    this.parameters = parameters
    this.#capacity = capacity
    this.#tag = tag.slice()
  }

  /** Index of the chunk that comes next. */
  get index(): number {
    return this.#index
  }

  /** @throws ERR_STATE_CONSUMED after its end */
  requireOpen(): void {
    if (this.#isEnded) {
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

  /** Ends this side: nothing can be extended any more, and its memory is zeroed. Idempotent. */
  end(): void {
    this.#isEnded = true
  }
}
