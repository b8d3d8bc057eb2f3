import type { DatabaseSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { openDatabase, transaction } from '../home/database.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS consent_requests (
  request_id TEXT PRIMARY KEY,
  scope_index BLOB NOT NULL,
  consent_id BLOB NOT NULL
) STRICT;
`

/** Which consent a registration made under a request id, so that it is registered once. */
export class ConsentRequests implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  /**
   * The id of the consent of this request; `fresh` when there is none yet, durably from then on.
   *
   * @param scope who consents, and to what
   * @throws ERR_REQUEST_ID_REUSED when the request was about another subject or other terms
   */
  consentId(requestId: string, scope: readonly Uint8Array[], fresh: Uint8Array): Uint8Array {
    const index = this.#vault.index('consent-scope', ...scope)
    return transaction(this.#database, () => {
      const row = this.#database
        .prepare('SELECT scope_index, consent_id FROM consent_requests WHERE request_id = ?')
        .get(requestId)
      if (row === undefined) {
        this.#database.prepare('INSERT INTO consent_requests VALUES (?, ?, ?)').run(requestId, index, fresh)
        return fresh
      }
      if (compareBytes(row['scope_index'] as Uint8Array, index) !== 0) {
        fail('ERR_REQUEST_ID_REUSED', 'the request id belongs to a consent of another subject or other terms')
      }
      return row['consent_id'] as Uint8Array
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
