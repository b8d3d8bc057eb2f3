import { DatabaseSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { durabilityPoint } from '@mixun/core/durability'
import { fail, stableError } from '@mixun/core/errors'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'

/** Default for `busyTimeoutMs`: how long a write waits for another process, in milliseconds. */
export const DEFAULT_BUSY_TIMEOUT_MS = 5_000

// Primary result codes of SQLite, https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/**
 * Opens or makes the file of one ledger. An acknowledged commit survives a crash of process or machine: write-ahead
 * log, synced at every commit.
 *
 * @throws ERR_LEDGER_FOREIGN for the file of another ledger, ERR_LEDGER_CORRUPT for no database, ERR_LEDGER_BUSY
 */
export function openLedgerDatabase(file: string, anchor: LedgerAnchor, busyTimeoutMs: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs })
  try {
    guardSqlite(() => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON')
      database.exec('PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF')
    })
    transaction(database, () => {
      if (isEmpty(database)) createTables(database, anchor)
      checkOwner(database, anchor)
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Runs `action` with the write lock: all of it is durable when this returns, or nothing is written. */
export function transaction<T>(database: DatabaseSync, action: () => T): T {
  return guardSqlite(() => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = action()
      const file = database.location() ?? ''
      durabilityPoint('commit/ready', file)
      database.exec('COMMIT')
      durabilityPoint('commit/done', file)
      return result
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  })
}

/** Runs `action` on one state of the file, whatever other processes write meanwhile. */
export function snapshotRead<T>(database: DatabaseSync, action: () => T): T {
  if (database.isTransaction) return action()
  return guardSqlite(() => {
    database.exec('BEGIN')
    try {
      return action()
    } finally {
      if (database.isTransaction) database.exec('COMMIT')
    }
  })
}

/** Pages, indices, references, and tables and triggers as this version makes them. @throws ERR_LEDGER_CORRUPT */
export function checkIntegrity(database: DatabaseSync): void {
  guardSqlite(() => {
    const found = database.prepare('PRAGMA integrity_check').all()
    const dangling = database.prepare('PRAGMA foreign_key_check').all()
    if (found[0]?.['integrity_check'] !== 'ok' || dangling.length > 0) {
      fail('ERR_LEDGER_CORRUPT', 'the database is damaged inside')
    }
  })
  using fresh = new DatabaseSync(':memory:')
  fresh.exec(SCHEMA)
  if (schemaOf(database) !== schemaOf(fresh)) {
    fail('ERR_LEDGER_CORRUPT', 'expected the tables and triggers of this version, unchanged')
  }
}

function schemaOf(database: DatabaseSync): string {
  const sql =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
  return JSON.stringify(database.prepare(sql).all())
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'] === 0
}

function createTables(database: DatabaseSync, { origin, suite, association }: LedgerAnchor): void {
  database.exec(`${SCHEMA}PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
  database
    .prepare('INSERT INTO ledger (singleton, origin, suite, association, public_key) VALUES (1, ?, ?, ?, ?)')
    .run(origin, suite.id, association.partyId, association.publicKey)
}

function checkOwner(database: DatabaseSync, { origin, suite, association }: LedgerAnchor): void {
  const application = database.prepare('PRAGMA application_id').get()?.['application_id']
  const version = database.prepare('PRAGMA user_version').get()?.['user_version']
  if (application !== APPLICATION_ID || version !== SCHEMA_VERSION) {
    fail('ERR_LEDGER_FOREIGN', `expected a ledger file of schema version ${SCHEMA_VERSION}, found ${version}`)
  }
  const row = database.prepare('SELECT origin, suite, association, public_key FROM ledger').get()
  if (
    row?.['origin'] !== origin ||
    row['suite'] !== suite.id ||
    row['association'] !== association.partyId ||
    compareBytes(row['public_key'] as Uint8Array, association.publicKey) !== 0
  ) {
    fail('ERR_LEDGER_FOREIGN', `expected the ledger ${origin} of ${association.partyId}`)
  }
}

/** Gives the failures that a caller can act on their stable codes. */
function guardSqlite<T>(action: () => T): T {
  try {
    return action()
  } catch (cause) {
    // The lower 8 bits are the primary code, the rest is detail.
    const code = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0
    if (code === SQLITE_BUSY)
      return fail('ERR_LEDGER_BUSY', 'another process holds the ledger file', { cause })
    if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
      return fail('ERR_LEDGER_CORRUPT', 'expected an intact SQLite database', { cause })
    }
    throw stableError(cause)
  }
}
