import type { ComputeOptions, ComputePool, TaskModule } from './pool.ts'
import { abortedError, closedError, requireTask, runTask, taskLabel } from './task.ts'

/** What {@link inlinePool} is made with. */
export interface InlinePoolOptions {
  /** The tasks that may run. */
  readonly modules: readonly TaskModule[]
}

/**
 * A pool without threads: tasks run one after the other on the caller's thread, and between two of them the event loop
 * has its turn. For browsers, for work that does not pay for a thread, and where threads are not wanted.
 */
export function inlinePool(options: InlinePoolOptions): ComputePool {
  return new InlinePool(options.modules)
}

class InlinePool implements ComputePool {
  readonly concurrency = 1
  readonly #modules: readonly TaskModule[]
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(modules: readonly TaskModule[]) {
    this.#modules = modules
  }

  async run(
    module: TaskModule,
    name: string,
    input: Uint8Array,
    { signal }: ComputeOptions = {},
  ): Promise<Uint8Array> {
    if (this.#isClosed) throw closedError()
    const task = requireTask(this.#modules, module, name)
    const copy = new Uint8Array(input)
    const mayRun = () => {
      if (this.#isClosed) throw closedError()
      if (signal?.aborted) throw abortedError(signal)
    }
    const turn = this.#last.then(nextTurn).then(() => {
      try {
        mayRun()
      } catch (error) {
        copy.fill(0)
        throw error
      }
      return runTask(task, taskLabel(module, name), copy)
    })
    this.#last = turn.catch(() => {})
    return await turn
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** After what the event loop has to do now; a browser has no setImmediate. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve)
  })
}
