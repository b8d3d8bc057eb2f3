import { type ResourceLimits, Worker } from 'node:worker_threads'
import { type MixunError, mixunError } from '../../errors/index.ts'
import type { Job } from './job.ts'
import { errorOf, isReplyTo, type WorkerSetup } from './messages.ts'

/** The worker's file; the build names it `.js`. */
const ENTRY = new URL('./worker.ts', import.meta.url)

export interface ThreadListeners {
  readonly onFree: (thread: Thread) => void
  /** The thread takes no more jobs. May come twice. */
  readonly onEnd: (thread: Thread) => void
}

/** One worker and the job it does. It keeps the process alive while it has one. */
export class Thread {
  readonly #worker: Worker
  readonly #listeners: ThreadListeners
  #job: Job | null = null

  constructor(setup: WorkerSetup, resourceLimits: ResourceLimits, listeners: ThreadListeners) {
    this.#listeners = listeners
    this.#worker = new Worker(ENTRY, { name: 'mixun-compute', workerData: setup, resourceLimits })
    this.#worker
      .on('message', value => this.#receive(value))
      .on('messageerror', cause => this.#fail('gave what cannot be read', cause))
      .on('error', cause => this.#fail('failed', cause))
      .on('exit', code => this.#fail(`ended with ${code}`))
      .unref()
  }

  /** Does a job; the thread must be free. */
  start(job: Job): void {
    this.#job = job
    this.#worker.ref()
    this.#worker.postMessage(job.message, [job.message.input.buffer as ArrayBuffer])
  }

  does(job: Job): boolean {
    return this.#job === job
  }

  /** Stops the worker, whatever it does; a job that it still has fails with `reason`. */
  async end(reason: MixunError): Promise<void> {
    this.#job?.fail(reason)
    this.#job = null
    await this.#worker.terminate()
  }

  #receive(value: unknown): void {
    const job = this.#job
    if (job === null) return
    if (!isReplyTo(job.message.id, value)) {
      // What such a worker does next is unknown.
      void this.end(
        mixunError('ERR_COMPUTE_RESULT', `expected the reply to ${job.label}, found another message`),
      )
      return
    }
    this.#job = null
    if ('output' in value) job.succeed(value.output)
    else job.fail(errorOf(value.failure))
    this.#worker.unref()
    this.#listeners.onFree(this)
  }

  #fail(what: string, cause?: unknown): void {
    const label = this.#job?.label
    void this.end(mixunError('ERR_COMPUTE_WORKER', `the thread of ${label} ${what}`, { cause }))
    this.#listeners.onEnd(this)
  }
}
