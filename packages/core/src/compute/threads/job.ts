import { wipe } from '../../bytes/index.ts'
import type { MixunError } from '../../errors/index.ts'
import type { ComputeOptions } from '../pool.ts'
import { abortedError } from '../task.ts'
import type { TaskMessage } from './messages.ts'

/** One task on its way through a pool. The first outcome counts; an input that no worker took over is wiped. */
export class Job {
  readonly message: TaskMessage
  readonly label: string
  readonly result: Promise<Uint8Array>
  readonly #resolve: (output: Uint8Array) => void
  readonly #reject: (error: MixunError) => void
  readonly #signal: AbortSignal | undefined
  readonly #onAbort: () => void

  constructor(
    message: TaskMessage,
    label: string,
    { signal }: ComputeOptions,
    onAbort: (job: Job, reason: MixunError) => void,
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    this.message = message
    this.label = label
    this.result = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#signal = signal
    this.#onAbort = () => onAbort(this, abortedError(signal as AbortSignal))
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  succeed(output: Uint8Array): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#resolve(output)
  }

  fail(error: MixunError): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    // An input that a worker took over has no bytes here any more, and cannot be filled.
    if (this.message.input.length > 0) wipe(this.message.input)
    this.#reject(error)
  }
}
