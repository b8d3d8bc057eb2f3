import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setInterval } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitFor } from '@mixun/core/channel'
import { fail } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import { openDatabase, transaction } from '../home/database.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS request_claims (
  request_id TEXT PRIMARY KEY,
  owner BLOB NOT NULL,
  until INTEGER NOT NULL
) STRICT;
`

/** How long a claim lasts that its process does not renew, in milliseconds: what a killed process holds up. */
const LEASE_MS = 4_000
const RENEW_MS = 1_000
const POLL_MS = 100

export interface ClaimOptions {
  /** How long to wait for another process, in milliseconds. */
  readonly patienceMs: number
  readonly signal?: AbortSignal | undefined
}

/** Who works on a request id, over all processes of a home: one at a time. */
export class RequestClaims implements Disposable {
  readonly #database: DatabaseSync
  readonly #owner = systemRandom.bytes(16)
  readonly #now: () => number
  readonly #take: StatementSync
  readonly #drop: StatementSync
  /** The last action of each request id in this process that has not ended yet. */
  readonly #held = new Map<string, Promise<unknown>>()

  constructor(file: string, now: () => number = Date.now) {
    this.#database = openDatabase(file, SCHEMA)
    // Claims are of live processes: what ends all of them at once, as a power failure, ends their claims.
    this.#database.exec('PRAGMA synchronous = NORMAL')
    this.#now = now
    this.#take = this.#database.prepare(
      `INSERT INTO request_claims VALUES (?1, ?2, ?3) ON CONFLICT (request_id) DO
       UPDATE SET owner = ?2, until = ?3 WHERE owner = ?2 OR until < ?4`,
    )
    this.#drop = this.#database.prepare('DELETE FROM request_claims WHERE request_id = ? AND owner = ?')
  }

  /**
   * Runs `action` while it alone works on the request, in this process and in others of the home; waits for those that do.
   *
   * @throws ERR_REQUEST_BUSY when another process is still at it after `patienceMs`, ERR_CHANNEL_ABORTED, and what `action`
   * throws
   */
  async hold<T>(requestId: string, options: ClaimOptions, action: () => Promise<T>): Promise<T> {
    const before = this.#held.get(requestId)
    const held =
      before === undefined
        ? this.#holdAlone(requestId, options, action)
        : waitFor(before, options.signal).then(() => this.#holdAlone(requestId, options, action))
    // One that gave up waiting still stands behind the one before.
    const ended = Promise.allSettled([before, held])
    this.#held.set(requestId, ended)
    try {
      return await held
    } finally {
      if (this.#held.get(requestId) === ended) this.#held.delete(requestId)
    }
  }

  async #holdAlone<T>(
    requestId: string,
    { patienceMs, signal }: ClaimOptions,
    action: () => Promise<T>,
  ): Promise<T> {
    const deadline = this.#now() + patienceMs
    while (!this.claim(requestId)) {
      if (this.#now() > deadline) {
        fail('ERR_REQUEST_BUSY', 'another process of this home works on the request')
      }
      await waitFor(sleep(POLL_MS), signal)
    }
    const renewal = setInterval(() => this.claim(requestId), RENEW_MS).unref()
    try {
      return await action()
    } finally {
      clearInterval(renewal)
      this.#release(requestId)
    }
  }

  /** Takes or renews the claim; false while another process has it. */
  claim(requestId: string): boolean {
    const now = this.#now()
    return transaction(this.#database, () => {
      const { changes } = this.#take.run(requestId, this.#owner, now + LEASE_MS, now)
      return changes > 0
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #release(requestId: string): void {
    if (!this.#database.isOpen) return
    this.#drop.run(requestId, this.#owner)
  }
}
