import { DatabaseSync } from 'node:sqlite'

// Primary result code of SQLite, https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5

/**
 * Takes a lock of the home folder until it is disposed of. It is a SQLite write lock: the operating system holds it for
 * the process and takes it back when that dies, so that the file left behind means nothing.
 *
 * @param file one of `home.paths.publishLock` and `home.paths.daemonLock`
 * @returns undefined when another process, or another holder in this one, has it
 */
export function takeLock(file: string): Disposable | undefined {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) === SQLITE_BUSY)
      return undefined
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}
