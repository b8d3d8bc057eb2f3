import type { DatabaseSync } from 'node:sqlite'
import { compareBytes, toHex } from '@mixun/core/bytes'
import { binary, recordCodec, text } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { z } from 'zod'
import { openDatabase, transaction } from '../home/database.ts'
import { binaryColumn } from './binary-column.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS consents (
  consent_id BLOB PRIMARY KEY,
  subject_index BLOB NOT NULL,
  receipt BLOB NOT NULL,
  sealed_secret BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS consent_requests (
  request_id TEXT PRIMARY KEY,
  scope_index BLOB NOT NULL,
  consent_id BLOB NOT NULL
) STRICT;
`

/** Who gave a consent and how its commitment opens (`T₀ = opening · H(subject)`). For the auditor only. */
export interface ConsentSecret {
  readonly idType: string
  readonly idNumber: string
  readonly opening: Uint8Array
  /** Salt of the consent document's digest on the ledger. */
  readonly documentSalt: Uint8Array
}

/** A consent as this home keeps it. */
export interface StoredConsent {
  readonly receipt: Uint8Array
  readonly secret: ConsentSecret
}

export const consentSecretCodec = recordCodec(
  'consent secret',
  z.strictObject({
    idType: text(32),
    idNumber: text(64),
    opening: binary(32),
    documentSalt: binary(32),
  }),
  512,
)

/** The consents that this home registered, and under which request. Who gave them is sealed. */
export class ConsentStore implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
  }

  add(consentId: Uint8Array, subject: Uint8Array, receipt: Uint8Array, secret: ConsentSecret): void {
    const index = this.#vault.index('consent-subject', subject)
    const sealed = this.#vault.seal(`consent/${toHex(consentId)}`, consentSecretCodec.encode({ ...secret }))
    transaction(this.#database, () =>
      this.#database
        .prepare('INSERT INTO consents VALUES (?, ?, ?, ?)')
        .run(consentId, index, receipt, sealed),
    )
  }

  find(consentId: Uint8Array): StoredConsent | undefined {
    const row = this.#database.prepare('SELECT * FROM consents WHERE consent_id = ?').get(consentId)
    if (row === undefined) return undefined
    const sealed = this.#vault.open(`consent/${toHex(consentId)}`, binaryColumn(row['sealed_secret']))
    return { receipt: binaryColumn(row['receipt']), secret: consentSecretCodec.decode(sealed) }
  }

  /** Ids of the consents that a subject gave. */
  idsOf(subject: Uint8Array): Uint8Array[] {
    const rows = this.#database
      .prepare('SELECT consent_id FROM consents WHERE subject_index = ? ORDER BY rowid')
      .all(this.#vault.index('consent-subject', subject))
    return rows.map(row => binaryColumn(row['consent_id']))
  }

  /**
   * The id of the consent of a request; `fresh` when there is none yet, durably from then on.
   *
   * @param scope who consents, and to what
   * @throws ERR_REQUEST_ID_REUSED when the request was about another subject or other terms
   */
  requestedId(requestId: string, scope: readonly Uint8Array[], fresh: Uint8Array): Uint8Array {
    const index = this.#vault.index('consent-scope', ...scope)
    return transaction(this.#database, () => {
      const row = this.#database
        .prepare('SELECT scope_index, consent_id FROM consent_requests WHERE request_id = ?')
        .get(requestId)
      if (row === undefined) {
        this.#database.prepare('INSERT INTO consent_requests VALUES (?, ?, ?)').run(requestId, index, fresh)
        return fresh
      }
      if (compareBytes(binaryColumn(row['scope_index']), index) !== 0) {
        fail('ERR_REQUEST_ID_REUSED', 'the request id belongs to a consent of another subject or other terms')
      }
      return binaryColumn(row['consent_id'])
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
