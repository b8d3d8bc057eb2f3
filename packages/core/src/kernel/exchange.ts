import { fail } from '../errors/index.ts'
import type { GroupKernel } from './kernel-module.ts'

const ALIGNMENT = 16

/** Moves arguments into a kernel's memory and results out of it, and zeroes both areas after every call. */
export class Exchange<K extends GroupKernel = GroupKernel> {
  readonly kernel: K
  readonly #memory: Uint8Array
  readonly #start: number
  readonly #end: number

  constructor(kernel: K) {
    this.kernel = kernel
    // The memory never grows, so this view stays valid.
    this.#memory = new Uint8Array(kernel.memory.buffer)
    this.#start = kernel.exchange()
    this.#end = this.#start + kernel.exchangeBytes()
  }

  /** Bytes that the arguments and the result of one call may take together. */
  get capacity(): number {
    return this.#end - this.#start
  }

  /** Runs `action` with the addresses of the result and of each input; returns the result's bytes. */
  compute(
    resultBytes: number,
    inputs: readonly Uint8Array[],
    action: (result: number, ...inputs: number[]) => void,
  ): Uint8Array {
    const result = this.#start
    let next = aligned(result + resultBytes)
    const checkCapacity = (): void => {
      if (next > this.#end) {
        fail('ERR_INPUT_LENGTH', `expected arguments of at most ${this.capacity} bytes for one kernel call`)
      }
    }
    checkCapacity()
    try {
      const addresses = inputs.map(input => {
        const address = next
        next = aligned(next + input.length)
        checkCapacity()
        this.#memory.set(input, address)
        return address
      })
      action(result, ...addresses)
      return this.#memory.slice(result, result + resultBytes)
    } finally {
      this.#memory.fill(0, this.#start, Math.min(next, this.#end))
      this.kernel.wipe()
    }
  }
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT
}
