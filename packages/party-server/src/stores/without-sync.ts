import type { DatabaseSync } from 'node:sqlite'

/** Written to the log file in order, and synced with the next write that is: https://sqlite.org/wal.html */
export function withoutSync(database: DatabaseSync, write: () => void): void {
  database.exec('PRAGMA synchronous = NORMAL')
  try {
    write()
  } finally {
    database.exec('PRAGMA synchronous = FULL')
  }
}
