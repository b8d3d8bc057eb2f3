import { type ErrorCode, MixunError } from '../errors/index.ts'

/** Runs `action` and returns the {@link MixunError} it throws; throws when there is none or its code differs. */
export function expectCode(code: ErrorCode, action: () => unknown): MixunError {
  try {
    action()
  } catch (error) {
    return checkCode(code, error)
  }
  throw new Error(`expected ${code}, but nothing was thrown`)
}

/** {@link expectCode} for a promise. */
export async function expectCodeAsync(code: ErrorCode, promise: Promise<unknown>): Promise<MixunError> {
  try {
    await promise
  } catch (error) {
    return checkCode(code, error)
  }
  throw new Error(`expected ${code}, but the promise was fulfilled`)
}

function checkCode(code: ErrorCode, error: unknown): MixunError {
  if (error instanceof MixunError && error.code === code) return error
  throw new Error(`expected ${code}`, { cause: error })
}
