import { availableParallelism } from 'node:os'
import type { ResourceLimits } from 'node:worker_threads'
import { fail, type MixunError, mixunError } from '../../errors/index.ts'
import type { ComputeOptions, ComputePool, TaskModule } from '../pool.ts'
import { abortedError, closedError, requireTask, taskLabel } from '../task.ts'
import { Job } from './job.ts'
import type { WorkerSetup } from './messages.ts'
import { Thread } from './thread.ts'

/** What {@link threadPool} is made with. */
export interface ThreadPoolOptions {
  /** The tasks that may run; a worker loads all these modules when it starts. */
  readonly modules: readonly TaskModule[]
  /** Most threads at once; the cores of this machine without it. */
  readonly threads?: number
  /** Limits of each worker's memory, as node:worker_threads takes them; a young generation of 8 MB without them. */
  readonly resourceLimits?: ResourceLimits
  /** How long a thread without a task is kept, in milliseconds; default 30,000. Starting another takes a quarter of a second. */
  readonly idleMs?: number
}

/**
 * Tasks make buffers and drop them. In the young generation of 48 MB that V8 grows to, garbage waits long, with the memory
 * outside of the heap that it holds.
 */
const DEFAULT_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 8 }

const DEFAULT_IDLE_MS = 30_000

/**
 * A pool over node:worker_threads. Threads start with the first tasks and end when there are none for `idleMs`; idle ones
 * do not keep the process alive. A thread that ends in the middle of a task fails that task, and another takes its place.
 *
 * Inputs are moved to the worker, not cloned, and zeroed there after use. A worker that was stopped or died zeroes
 * nothing: its memory goes back to the system.
 *
 * @throws ERR_INPUT_RANGE unless `threads` is a positive integer
 */
export function threadPool(options: ThreadPoolOptions): ComputePool {
  return new ThreadPool(options)
}

class ThreadPool implements ComputePool {
  readonly concurrency: number
  readonly #modules: readonly TaskModule[]
  readonly #setup: WorkerSetup
  readonly #resourceLimits: ResourceLimits
  readonly #threads = new Set<Thread>()
  readonly #free: Thread[] = []
  readonly #waiting: Job[] = []
  readonly #idleMs: number
  #idle: NodeJS.Timeout | undefined
  #lastId = 0
  #isClosed = false

  constructor({
    modules,
    threads = availableParallelism(),
    resourceLimits = DEFAULT_LIMITS,
    idleMs = DEFAULT_IDLE_MS,
  }: ThreadPoolOptions) {
    if (!Number.isSafeInteger(threads) || threads < 1) {
      fail('ERR_INPUT_RANGE', `expected a positive number of threads, found ${threads}`)
    }
    this.concurrency = threads
    this.#modules = modules
    this.#setup = { urls: modules.map(({ url }) => url) }
    this.#resourceLimits = resourceLimits
    this.#idleMs = idleMs
  }

  async run(
    module: TaskModule,
    name: string,
    input: Uint8Array,
    options: ComputeOptions = {},
  ): Promise<Uint8Array> {
    if (this.#isClosed) throw closedError()
    requireTask(this.#modules, module, name)
    if (options.signal?.aborted) throw abortedError(options.signal)
    // A buffer of its own, so that it can be moved.
    const message = { id: ++this.#lastId, url: module.url, name, input: new Uint8Array(input) }
    const job = new Job(message, taskLabel(module, name), options, this.#drop.bind(this))
    this.#waiting.push(job)
    this.#assign()
    return await job.result
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#idle)
    for (const job of this.#waiting.splice(0)) job.fail(closedError())
    await Promise.all([...this.#threads].map(thread => thread.end(closedError())))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      let thread: Thread | null
      try {
        thread = this.#free.pop() ?? this.#startThread()
      } catch (cause) {
        // Node refuses a worker at once where a process may have none.
        this.#waiting.shift()?.fail(mixunError('ERR_COMPUTE_WORKER', 'expected to start a thread', { cause }))
        continue
      }
      if (thread === null) break
      thread.start(this.#waiting.shift() as Job)
    }
    clearTimeout(this.#idle)
    if (this.#free.length > 0) this.#idle = setTimeout(() => this.#rest(), this.#idleMs).unref()
  }

  /** Ends the free threads for their memory, some fifty megabytes each; the next tasks start others. */
  #rest(): void {
    for (const thread of this.#free.splice(0)) void thread.end(closedError())
  }

  /** A thread more, or null when there are as many as there may be. */
  #startThread(): Thread | null {
    if (this.#threads.size >= this.concurrency) return null
    const thread = new Thread(this.#setup, this.#resourceLimits, {
      onFree: free => {
        this.#free.push(free)
        this.#assign()
      },
      onEnd: ended => {
        this.#threads.delete(ended)
        const index = this.#free.indexOf(ended)
        if (index >= 0) this.#free.splice(index, 1)
        this.#assign()
      },
    })
    this.#threads.add(thread)
    return thread
  }

  /** Takes an aborted job out: from the queue, or by ending its thread. */
  #drop(job: Job, reason: MixunError): void {
    const index = this.#waiting.indexOf(job)
    if (index >= 0) this.#waiting.splice(index, 1)
    for (const thread of this.#threads) if (thread.does(job)) void thread.end(reason)
    job.fail(reason)
  }
}
