import { concat, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { fail, MixunError } from '@mixun/core/errors'
import { verifyConsistency } from '@mixun/core/merkle'
import { type SigningKey, signFor, verifyFor } from '@mixun/core/suite'
import type { LedgerAnchor } from '../anchor.ts'
import { ledgerId } from '../ledger-id.ts'
import type { EntryOf, Payloads } from '../payloads.ts'
import type { Member, RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'

const PURPOSE = 'party-log-reset'

/** What a firm signs that lost its party log. */
export type LogReset = Omit<Payloads['party-log-reset'], 'signature'>

/** A party log only grows: every head continues the one that was anchored before. */
export function checkPartyLogAnchored(
  registry: RegistryView,
  { author, payload }: EntryOf<'party-log-anchored'>,
): void {
  const { size, root, proof } = payload
  const before = registry.partyLog(author)
  if (before === undefined) {
    if (proof.length > 0) fail('ERR_LEDGER_PARTY_LOG', 'expected no proof with the first head of a party log')
    return
  }
  try {
    const { hash } = registry.anchor.suite
    verifyConsistency(hash, before.size, size, proof, before.root, root)
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    fail(
      'ERR_LEDGER_PARTY_LOG',
      `expected a head of the party log of ${author} that continues entry ${before.index}`,
      {
        details: { size, anchoredSize: before.size },
        cause,
      },
    )
  }
}

/** The firm's request for a `party-log-reset` entry on this ledger. */
export function signLogReset(
  anchor: LedgerAnchor,
  key: SigningKey,
  reset: LogReset,
): Payloads['party-log-reset'] {
  return { ...reset, signature: signFor(key, PURPOSE, resetBytes(anchor, reset)) }
}

/**
 * A lost log ends with its newest head, once, and only when the firm and the association both say so: neither can
 * take back by itself what the firm logged.
 */
export function checkPartyLogReset(
  registry: RegistryView,
  { author, payload }: EntryOf<'party-log-reset'>,
): void {
  requireAssociation(registry, author)
  const { partyId, endsIndex, signature } = payload
  const before = registry.partyLog(partyId)
  if (before === undefined || before.index !== endsIndex) {
    fail(
      'ERR_LEDGER_PARTY_LOG',
      `expected the newest head of the party log of ${partyId} to be that of entry ${endsIndex}`,
      { details: { endsIndex, anchoredIndex: before?.index ?? null } },
    )
  }
  const { suite } = registry.anchor
  const { signingKey } = registry.member(partyId) as Member
  verifyFor(suite, signingKey, PURPOSE, resetBytes(registry.anchor, payload), signature)
}

function resetBytes(anchor: LedgerAnchor, reset: LogReset): Uint8Array {
  const writer = new Writer().bytes16(utf8(reset.partyId)).uint64(reset.endsIndex).uint64(reset.size)
  const statement = writer.fixed(reset.root, 32).bytes16(utf8(reset.reason)).finish()
  return concat(ledgerId(anchor), statement)
}
