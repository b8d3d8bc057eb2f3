import { concat, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { checkEncryptionKey } from '@mixun/core/sealing'
import { type SigningKey, signFor, verifyFor } from '@mixun/core/suite'
import type { LedgerAnchor } from '../anchor.ts'
import { ledgerId } from '../ledger-id.ts'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'

const PURPOSE = 'member-key'

/** Proof of possession of a new signing key, for the `member-key` entry of its owner on this ledger. */
export function proveSigningKey(anchor: LedgerAnchor, key: SigningKey, partyId: string): Uint8Array {
  return signFor(key, PURPOSE, concat(ledgerId(anchor), utf8(partyId)))
}

/** A member changes a key of its own for one that nobody has or had, and proves that it has it. */
export function checkMemberKey(registry: RegistryView, { author, payload }: EntryOf<'member-key'>): void {
  const { partyId, use, publicKey, proof } = payload
  const { anchor } = registry
  const { suite } = anchor
  if (partyId !== author) {
    fail('ERR_LEDGER_AUTHOR', `expected ${partyId} to change its own key, found ${author}`)
  }
  if (use === 'signing' && author === anchor.association.partyId) {
    // Sequencer and trust anchor hang on this key: its rotation needs more than an entry.
    fail('ERR_LEDGER_MEMBER', 'expected the association to keep the signing key of the genesis entry')
  }
  const holder = registry.keyHolder(use, publicKey)
  if (holder !== undefined) {
    fail(
      'ERR_LEDGER_MEMBER',
      `expected a fresh ${use} key of ${partyId}, found one that ${holder} has or had`,
    )
  }
  if (use === 'sealing') return checkEncryptionKey(suite.id, publicKey, partyId, proof)
  if (publicKey.length !== suite.publicKeyBytes) {
    fail('ERR_LEDGER_MEMBER', `expected the signing key of ${partyId} to be one of suite ${suite.id}`)
  }
  try {
    verifyFor(suite, publicKey, PURPOSE, concat(ledgerId(anchor), utf8(partyId)), proof)
  } catch (cause) {
    fail('ERR_VERIFY_KEY_POSSESSION', `expected ${partyId} to prove that it has its signing key`, { cause })
  }
}
