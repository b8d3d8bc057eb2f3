import { DatabaseSync } from 'node:sqlite'

/** Opens a SQLite file of the home folder: write-ahead log, a sync at every commit, foreign keys on, secure deletion. */
export function openDatabase(file: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA busy_timeout = 10000')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA foreign_keys = ON')
  // What is deleted is overwritten with zeros.
  database.exec('PRAGMA secure_delete = ON')
  database.exec(schema)
  return database
}

/** Runs `action` in one transaction: all of it is durable when this returns, none of it when it throws. */
export function transaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = action()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
