import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail } from '@mixun/core/errors'
import type { Home } from '@mixun/sdk/home'

/**
 * Holds the home's publishing lock until disposed: a SQLite write lock, which the system gives back when the process
 * dies. @throws ERR_PUBLISH_BUSY
 */
export function lockPublishing(home: Home): Disposable {
  const database = new DatabaseSync(join(home.root, 'data', 'publish.lock'))
  try {
    database.exec('PRAGMA busy_timeout = 0')
    database.exec('BEGIN EXCLUSIVE')
  } catch {
    database.close()
    fail('ERR_PUBLISH_BUSY', `another publish is running in ${home.root}`)
  }
  return { [Symbol.dispose]: () => database.close() }
}
