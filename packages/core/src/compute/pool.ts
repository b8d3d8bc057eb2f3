/**
 * A computation that a pool may run: a synchronous, pure function of bytes, one slice of some milliseconds. Its input is
 * a copy of the caller's, and is zeroed when it returns: it may hold keys, and nothing may keep a view of it.
 */
export type ComputeTask = (input: Uint8Array) => Uint8Array

/** Tasks that one module exports, by their export names. Only what a pool was given this way runs in it. */
export interface TaskModule {
  /** `import.meta.url` of the module that exports the tasks: where a worker finds them, in source and build alike. */
  readonly url: string
  readonly tasks: Readonly<Record<string, ComputeTask>>
}

/** Options of one task. */
export interface ComputeOptions {
  /** Takes a waiting task from the queue; a thread that runs the task is stopped. */
  readonly signal?: AbortSignal
}

/**
 * Runs tasks, on the caller's thread or on others. No choice of pool changes a byte of a result. Each task succeeds
 * with its whole result or fails with a stable code; nothing is retried.
 */
export interface ComputePool extends AsyncDisposable {
  /** Tasks that run at once: what a caller keeps two or three times in flight. */
  readonly concurrency: number
  /**
   * Runs the task that `module` exports as `name`, on a copy of `input` that is made before the call returns.
   *
   * @throws ERR_COMPUTE_TASK for a task that the pool was not given, ERR_COMPUTE_WORKER when the task or its thread
   * fails, ERR_COMPUTE_RESULT when it gives no bytes, ERR_COMPUTE_ABORTED, ERR_COMPUTE_CLOSED, and the codes of the task
   */
  run(module: TaskModule, name: string, input: Uint8Array, options?: ComputeOptions): Promise<Uint8Array>
  /** Ends all threads; what waits or runs fails with ERR_COMPUTE_CLOSED. Idempotent. */
  close(): Promise<void>
}
