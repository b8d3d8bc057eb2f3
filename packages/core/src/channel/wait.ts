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

/** @throws ERR_LIMIT_FRAME_BYTES */
export function checkFrameBytes(length: number, maxFrameBytes: number): void {
  if (length > maxFrameBytes) {
    fail('ERR_LIMIT_FRAME_BYTES', `expected a frame of at most ${maxFrameBytes} bytes, found ${length}`)
  }
}
