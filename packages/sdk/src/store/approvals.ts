import type { DatabaseSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import type { ConsentPurpose } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type HomeConfig, openDatabase, transaction } from '../home/index.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS approvals (
  request_id TEXT PRIMARY KEY,
  scope BLOB NOT NULL,
  purpose TEXT NOT NULL,
  maker TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  checker TEXT CHECK (checker <> maker)
) STRICT;
`

const MINUTE_MS = 60_000

/** An inquiry that waits for, or has, the approval of a second operator. */
export interface InquiryRequest {
  readonly requestId: string
  readonly purpose: string
  readonly maker: string
  /** Unix milliseconds; void from then on, approved or not. */
  readonly expiresAt: number
  readonly checker: string | null
}

/** What a maker wants to ask: `scope` is subject, consent and classes, kept as a keyed digest only. */
export interface WantedInquiry {
  readonly requestId: string
  readonly scope: readonly Uint8Array[]
  readonly purpose: ConsentPurpose
  readonly operator: string | null
}

/** Dual control of inquiries 双人复核: made by one operator, approved by another, before the intent leaves. */
export class Approvals implements Disposable {
  readonly #database: DatabaseSync
  readonly #vault: Vault
  readonly #rules: NonNullable<HomeConfig['inquiries']>
  readonly #now: () => number

  constructor(file: string, vault: Vault, rules: HomeConfig['inquiries'], now: () => number = Date.now) {
    this.#database = openDatabase(file, SCHEMA)
    this.#vault = vault
    this.#rules = rules ?? { dualControl: [], approvalMinutes: 60 }
    this.#now = now
  }

  /**
   * Lets an inquiry pass that needs no approval or has one; files a request for it otherwise.
   *
   * @throws ERR_APPROVAL_PENDING, ERR_OPERATOR_UNKNOWN without an operator, ERR_REQUEST_ID_REUSED when the request of
   * this id is about something else, ERR_REVIEW_SAME_OPERATOR when who approved it now asks
   */
  requireApproved({ requestId, scope, purpose, operator }: WantedInquiry): void {
    if (!this.#rules.dualControl.includes(purpose)) return
    if (operator === null) {
      return fail('ERR_OPERATOR_UNKNOWN', `${purpose} is under dual control: expected the operator who asks`)
    }
    const index = this.#vault.index('inquiry-approval', ...scope)
    const held = this.#find(requestId)
    if (held === undefined) this.#file(requestId, index, purpose, operator)
    else if (compareBytes(this.#scopeOf(requestId), index) !== 0) {
      fail('ERR_REQUEST_ID_REUSED', 'the request of this id is about another inquiry')
    }
    if (held === undefined || held.checker === null) {
      return fail('ERR_APPROVAL_PENDING', `${requestId} waits for the approval of another operator`)
    }
    if (held.checker === operator) {
      fail('ERR_REVIEW_SAME_OPERATOR', `${operator} approved ${requestId}; another operator asks`)
    }
  }

  /** @throws ERR_APPROVAL_UNKNOWN when no request waits under this id, ERR_REVIEW_SAME_OPERATOR */
  approve(requestId: string, checker: string): InquiryRequest {
    return transaction(this.#database, () => {
      const held = this.#find(requestId)
      if (held === undefined || held.checker !== null) {
        return fail('ERR_APPROVAL_UNKNOWN', 'no inquiry of this request id waits for approval')
      }
      if (held.maker === checker) {
        fail('ERR_REVIEW_SAME_OPERATOR', `${checker} made the request; another operator approves it`)
      }
      this.#database.prepare('UPDATE approvals SET checker = ? WHERE request_id = ?').run(checker, requestId)
      return { ...held, checker }
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #file(requestId: string, scope: Uint8Array, purpose: string, maker: string): void {
    const expiresAt = this.#now() + this.#rules.approvalMinutes * MINUTE_MS
    this.#database
      .prepare('INSERT OR REPLACE INTO approvals VALUES (?, ?, ?, ?, ?, NULL)')
      .run(requestId, scope, purpose, maker, expiresAt)
  }

  /** The request of this id that has not expired. */
  #find(requestId: string): InquiryRequest | undefined {
    const row = this.#database
      .prepare('SELECT * FROM approvals WHERE request_id = ? AND expires_at > ?')
      .get(requestId, this.#now())
    if (row === undefined) return undefined
    return {
      requestId,
      purpose: String(row['purpose']),
      maker: String(row['maker']),
      expiresAt: Number(row['expires_at']),
      checker: row['checker'] as string | null,
    }
  }

  #scopeOf(requestId: string): Uint8Array {
    const row = this.#database.prepare('SELECT scope FROM approvals WHERE request_id = ?').get(requestId)
    return row?.['scope'] as Uint8Array
  }
}
