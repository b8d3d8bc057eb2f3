import { wipe } from '../bytes/index.ts'
import { fail, MixunError, mixunError } from '../errors/index.ts'
import type { ComputeTask, TaskModule } from './pool.ts'

/** The task of this name. @throws ERR_COMPUTE_TASK unless one of `modules` has it */
export function requireTask(modules: readonly TaskModule[], module: TaskModule, name: string): ComputeTask {
  const known = modules.find(({ url }) => url === module.url)
  if (known === undefined || !Object.hasOwn(known.tasks, name)) {
    return fail(
      'ERR_COMPUTE_TASK',
      `expected a task that the pool was given, found ${taskLabel(module, name)}`,
    )
  }
  return known.tasks[name] as ComputeTask
}

/**
 * Runs a task on `input`, which it owns, and wipes that.
 *
 * @throws ERR_COMPUTE_RESULT, ERR_COMPUTE_WORKER for a failure without a code, and the codes of the task
 */
export function runTask(task: unknown, label: string, input: Uint8Array): Uint8Array {
  try {
    if (typeof task !== 'function') return fail('ERR_COMPUTE_TASK', `expected a function as ${label}`)
    const result: unknown = task(input)
    if (!(result instanceof Uint8Array)) {
      return fail('ERR_COMPUTE_RESULT', `expected bytes from ${label}, found ${typeof result}`)
    }
    // A copy: a task may give a view of its input or of a larger buffer.
    return new Uint8Array(result)
  } catch (cause) {
    if (cause instanceof MixunError) throw cause
    return fail('ERR_COMPUTE_WORKER', `${label} failed`, { cause })
  } finally {
    wipe(input)
  }
}

/** How messages name a task: file and export. */
export function taskLabel(module: Pick<TaskModule, 'url'>, name: string): string {
  return `${module.url.slice(module.url.lastIndexOf('/') + 1)}#${name}`
}

export function abortedError(signal: AbortSignal): MixunError {
  return mixunError('ERR_COMPUTE_ABORTED', 'the caller aborted the task', { cause: signal.reason })
}

export function closedError(): MixunError {
  return mixunError('ERR_COMPUTE_CLOSED', 'the compute pool was closed')
}
