import { mixunError } from './errors.ts'

// Result codes of SQLite, https://www.sqlite.org/rescode.html
const SQLITE_FULL = 13
// Extended: the shared memory of a write-ahead log could not grow.
const SQLITE_IOERR_SHMSIZE = 4_874
const FULL_CODES = new Set<unknown>(['ENOSPC', 'EDQUOT'])

/**
 * Gives a failure of the operating system or of SQLite that says "no space left" its stable code, ERR_DISK_FULL; any
 * other error comes back as it is.
 */
export function stableError(error: unknown): unknown {
  return isDiskFull(error)
    ? mixunError('ERR_DISK_FULL', 'no space is left on the disk, or the quota is used up', { cause: error })
    : error
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && FULL_CODES.has(error.code)) return true
  if (!('errcode' in error)) return false
  const extended = Number(error.errcode)
  // The lower 8 bits are the primary code, the rest is detail.
  return (extended & 0xff) === SQLITE_FULL || extended === SQLITE_IOERR_SHMSIZE
}
