import {
  type ErrorCode,
  type ErrorDetails,
  isErrorCode,
  type MixunError,
  mixunError,
} from '../../errors/index.ts'

/** What a worker is started with. */
export interface WorkerSetup {
  /** The modules whose exports it may run. */
  readonly urls: readonly string[]
}

/** One task for a worker; `input` is transferred. */
export interface TaskMessage {
  readonly id: number
  readonly url: string
  readonly name: string
  readonly input: Uint8Array
}

/** What a worker answers: the whole result, transferred, or why there is none. */
export type TaskReply =
  | { readonly id: number; readonly output: Uint8Array }
  | { readonly id: number; readonly failure: TaskFailure }

export interface TaskFailure {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
  /** The message of an error without a code. */
  readonly cause: string | null
}

/** An error as it travels; errors themselves lose their class when they are cloned. */
export function failureOf(error: MixunError): TaskFailure {
  const { code, message, details } = error
  return { code, message, details, cause: error.cause instanceof Error ? error.cause.message : null }
}

export function errorOf({ code, message, details, cause }: TaskFailure): MixunError {
  return mixunError(code, message, { details, ...(cause === null ? {} : { cause: new Error(cause) }) })
}

/** Whether a message of a worker is its reply to task `id`. */
export function isReplyTo(id: number, value: unknown): value is TaskReply {
  if (typeof value !== 'object' || value === null || (value as { id?: unknown }).id !== id) return false
  if ('output' in value) return value.output instanceof Uint8Array
  const failure = (value as { failure?: Partial<TaskFailure> | null }).failure
  return typeof failure?.code === 'string' && isErrorCode(failure.code) && typeof failure.message === 'string'
}
