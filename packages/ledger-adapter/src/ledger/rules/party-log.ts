import { fail, MixunError } from '@mixun/core/errors'
import { verifyConsistency } from '@mixun/core/merkle'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'

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
