import { DatabaseSync } from 'node:sqlite'
import { durabilityPoint } from '@mixun/core/durability'
import { stableError } from '@mixun/core/errors'

/**
 * Opens a SQLite file of the home folder: write-ahead log, a sync at every commit, foreign keys on, secure deletion.
 *
 * @throws ERR_DISK_FULL
 */
export function openDatabase(file: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 10000')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA foreign_keys = ON')
    // What is deleted is overwritten with zeros.
    database.exec('PRAGMA secure_delete = ON')
    database.exec(schema)
    durabilityPoint('schema/made', file)
    return database
  } catch (error) {
    database.close()
    throw stableError(error)
  }
}

/**
 * Runs `action` in one transaction: all of it is durable when this returns, none of it when it throws.
 *
 * @throws ERR_DISK_FULL and what `action` throws
 */
export function transaction<T>(database: DatabaseSync, action: () => T): T {
  try {
    database.exec('BEGIN IMMEDIATE')
    const result = action()
    commit(database)
    return result
  } catch (error) {
    // SQLite has undone it already when the disk is full.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw stableError(error)
  }
}

/** Ends the open transaction: all of it is durable when this returns. */
export function commit(database: DatabaseSync): void {
  const file = database.location() ?? ''
  durabilityPoint('commit/ready', file)
  database.exec('COMMIT')
  durabilityPoint('commit/done', file)
}
