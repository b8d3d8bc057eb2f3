import { utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { LedgerAnchor } from './anchor.ts'

const LABEL = utf8('mixun-ledger-1\0')
const known = new WeakMap<LedgerAnchor, Uint8Array>()

/**
 * What makes a ledger this one and no other, 32 bytes: its origin, its suite, and who opened it with which key. Every
 * signature about the ledger covers it, so that an entry or a receipt of one consortium means nothing in another, also
 * where parties use their keys in both.
 */
export function ledgerId(anchor: LedgerAnchor): Uint8Array {
  const computed = known.get(anchor)
  if (computed !== undefined) return computed
  const { origin, suite, association } = anchor
  const named = new Writer()
    .bytes16(utf8(origin))
    .bytes16(utf8(suite.id))
    .bytes16(utf8(association.partyId))
    .bytes16(association.publicKey)
    .finish()
  const id = suite.hash(LABEL, named)
  known.set(anchor, id)
  return id
}
