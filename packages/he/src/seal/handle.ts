import { fail } from '@mixun/core/errors'
import type { ClassHandle } from 'node-seal'

/**
 * Owns one object in SEAL's WebAssembly memory, which no garbage collector frees: bind it with `using`, or call
 * {@link NativeHandle.dispose}. Disposing twice is harmless; any other use after it throws ERR_STATE_DISPOSED.
 */
export abstract class NativeHandle<Native extends ClassHandle> {
  #native: Native | null

  constructor(native: Native) {
    this.#native = native
  }

  /** The object itself, for the files of this folder only. @throws ERR_STATE_DISPOSED */
  get native(): Native {
    return this.#native ?? fail('ERR_STATE_DISPOSED', `expected a live ${this.constructor.name}`)
  }

  get disposed(): boolean {
    return this.#native === null
  }

  dispose(): void {
    this.#native?.delete()
    this.#native = null
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
