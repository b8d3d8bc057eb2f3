import type { Appended } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { PointsBalance } from '../points/journal.ts'

/** What each verb asks with and is answered with. */
export interface LedgerVerbs {
  append: { request: { entry: LedgerEntry }; answer: Appended }
  /** Answer: the signed note. */
  checkpoint: { request: Record<never, never>; answer: string }
  /** Answer: at least one entry unless `from` is the end; fewer than `limit` when the page is full. */
  entries: { request: { from: number; limit: number }; answer: StoredEntry[] }
  inclusion: { request: { index: number; treeSize: number }; answer: Uint8Array[] }
  consistency: { request: { firstSize: number; secondSize: number }; answer: Uint8Array[] }
  /** Answer: the newest cosigned checkpoint of every member. */
  cosign: { request: { note: string | null }; answer: string[] }
  balance: { request: { partyId: string }; answer: PointsBalance }
}

export type LedgerVerb = keyof LedgerVerbs

/** One request; its `verb` tells the fields. */
export type LedgerRequest = {
  [V in LedgerVerb]: { readonly verb: V } & Readonly<LedgerVerbs[V]['request']>
}[LedgerVerb]

/** The answer to a request of verb `V`. */
export type LedgerAnswer<V extends LedgerVerb> = LedgerVerbs[V]['answer']

/** A refused request: a stable code, and the two figures that points errors tell (null elsewhere). */
export interface LedgerRefusal {
  readonly code: string
  readonly required: number | null
  readonly available: number | null
}
