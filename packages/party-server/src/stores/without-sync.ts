import type { DatabaseSync } from 'node:sqlite'

/** Written to the log file in order, and synced with the next write that is: https://sqlite.org/wal.html */
export function withoutSync<T>(database: DatabaseSync, write: () => T): T {
  database.exec('PRAGMA synchronous = NORMAL')
  try {
    return write()
  } finally {
    database.exec('PRAGMA synchronous = FULL')
  }
}
