import { fail, type MixunError, mixunError } from '../errors/index.ts'

/** The error of a wait that its signal ended: ERR_CHANNEL_TIMEOUT for `AbortSignal.timeout`, else ERR_CHANNEL_ABORTED. */
export function signalError(signal: AbortSignal): MixunError {
  const isTimeout = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  return isTimeout
    ? mixunError('ERR_CHANNEL_TIMEOUT', 'expected an answer within the deadline of the call')
    : mixunError('ERR_CHANNEL_ABORTED', 'the caller aborted the call', { cause: signal.reason })
}

/** @throws ERR_CHANNEL_TIMEOUT, ERR_CHANNEL_ABORTED */
export function throwIfEnded(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signalError(signal)
}

/** Waits for `promise`, but no longer than until `signal` fires; the work behind the promise goes on. */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signalError(signal))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** A signal that is to be disposed of when nothing waits for it any more. */
export interface DeadlineSignal extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Fires with `signal`, or after `timeoutMs`. Not `AbortSignal.timeout`, which keeps every call for as long, and makes an
 * error for each that ended in time.
 */
export function deadlineSignal(signal: AbortSignal | undefined, timeoutMs: number): DeadlineSignal {
  const both = new AbortController()
  const late = () => both.abort(new DOMException('the deadline has passed', 'TimeoutError'))
  const timer: { unref?(): void } = setTimeout(late, timeoutMs)
  timer.unref?.() // browsers have none
  const onAbort = () => both.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  return {
    signal: both.signal,
    [Symbol.dispose]() {
      clearTimeout(timer as Parameters<typeof clearTimeout>[0])
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

/** @throws ERR_LIMIT_FRAME_BYTES */
export function checkFrameBytes(length: number, maxFrameBytes: number): void {
  if (length > maxFrameBytes) {
    fail('ERR_LIMIT_FRAME_BYTES', `expected a frame of at most ${maxFrameBytes} bytes, found ${length}`)
  }
}
