import { ERROR_CODES, type ErrorCode } from './codes.ts'
import type { ErrorClass } from './error-class.ts'

/** Facts about a failure: ids, sizes and expectations. Never a subject, a record, a key or a share. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>

/** What may go with a code: facts for `details`, which hold no secret and no subject, and the error that caused it. */
export interface ErrorOptions {
  readonly details?: ErrorDetails
  readonly cause?: unknown
}

/**
 * The one error type of the project. `code` is stable and documented in docs/ERRORS.md; `message` says what was
 * expected and what was found, with units. Made by {@link fail}.
 */
export class MixunError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
    this.name = ERROR_CODES[code].class
  }

  /** True when the same call may succeed later without a change. */
  get retryable(): boolean {
    return 'retryable' in ERROR_CODES[this.code]
  }

  /** What the caller does next, in English. */
  get nextStep(): string {
    return ERROR_CODES[this.code].next
  }

  toJSON(): { code: ErrorCode; name: string; message: string; details: ErrorDetails } {
    return { code: this.code, name: this.name, message: this.message, details: this.details }
  }
}

export class ParameterError extends MixunError {}
export class InputError extends MixunError {}
export class DecodeError extends MixunError {}
export class ProtocolStateError extends MixunError {}
export class VerificationError extends MixunError {}
export class NoiseBudgetError extends MixunError {}
export class LimitError extends MixunError {}
export class PolicyError extends MixunError {}
export class PeerError extends MixunError {}
export class ChannelError extends MixunError {}
export class LedgerError extends MixunError {}
export class ComputeError extends MixunError {}

const CLASSES: Record<
  ErrorClass,
  new (
    code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) => MixunError
> = {
  ParameterError,
  InputError,
  DecodeError,
  ProtocolStateError,
  VerificationError,
  NoiseBudgetError,
  LimitError,
  PolicyError,
  PeerError,
  ChannelError,
  LedgerError,
  ComputeError,
}

/** Makes the error of the class that {@link ERROR_CODES} names for `code`. */
export function mixunError(code: ErrorCode, message: string, options?: ErrorOptions): MixunError {
  return new CLASSES[ERROR_CODES[code].class](code, message, options)
}

/** Throws the error of the class that {@link ERROR_CODES} names for `code`. */
export function fail(code: ErrorCode, message: string, options?: ErrorOptions): never {
  throw mixunError(code, message, options)
}

/** True for a string that is a code of this build (a peer may send any string). */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_CODES, value)
}
