import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { checkEncryptionKey } from '@mixun/core/sealing'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'

/** Only the association of the trust anchor opens the ledger, with its anchored key and suite. */
export function checkGenesis(registry: RegistryView, { author, payload }: EntryOf<'genesis'>): void {
  const { association, suite } = registry.anchor
  if (
    author !== association.partyId ||
    payload.association !== association.partyId ||
    payload.suite !== suite.id ||
    compareBytes(payload.signingKey, association.publicKey) !== 0
  ) {
    fail('ERR_LEDGER_GENESIS', `expected the genesis entry of ${association.partyId} in suite ${suite.id}`)
  }
  checkEncryptionKey(suite.id, payload.encryptionKey, association.partyId, payload.encryptionKeyProof)
}

export function checkMember(registry: RegistryView, { author, payload }: EntryOf<'member'>): void {
  requireAssociation(registry, author)
  const { association, suite } = registry.anchor
  const { partyId } = payload
  const before = registry.member(partyId)?.encryptionKey ?? payload.encryptionKey
  if (compareBytes(before, payload.encryptionKey) !== 0) {
    fail(
      'ERR_LEDGER_MEMBER',
      `expected ${partyId} to keep its encryption key: the member changes it itself, by a member-key entry`,
    )
  }
  checkEncryptionKey(suite.id, payload.encryptionKey, partyId, payload.encryptionKeyProof)
  if (payload.signingKey.length !== suite.publicKeyBytes) {
    fail('ERR_LEDGER_MEMBER', `expected the signing key of ${partyId} to be one of suite ${suite.id}`)
  }
  if ((payload.role === 'association') !== (partyId === association.partyId)) {
    fail('ERR_LEDGER_MEMBER', `expected ${association.partyId} as the one association`)
  }
  if (payload.role === 'association') {
    // Sequencer and trust anchor hang on this key: its rotation needs more than an entry.
    if (compareBytes(payload.signingKey, association.publicKey) !== 0 || payload.status !== 'active') {
      fail('ERR_LEDGER_MEMBER', 'expected the association to stay active with the key of the genesis entry')
    }
  }
  const holder = registry.keyHolder('signing', payload.signingKey)
  if (holder !== undefined && holder !== partyId) {
    fail('ERR_LEDGER_MEMBER', `the signing key of ${partyId} is in use by ${holder}`)
  }
  // Two readers with one key have one slot: no entry to both would pass as well sealed, and nobody could ask any more.
  const reader = registry.keyHolder('sealing', payload.encryptionKey)
  if (reader !== undefined && reader !== partyId) {
    fail('ERR_LEDGER_MEMBER', `the encryption key of ${partyId} is in use by ${reader}`)
  }
}

export function checkMemberAddress({ author, payload }: EntryOf<'member-address'>): void {
  if (payload.partyId !== author) {
    fail('ERR_LEDGER_AUTHOR', `expected ${payload.partyId} to change its own address, found ${author}`)
  }
}

export function checkPointsGrant(registry: RegistryView, { author, payload }: EntryOf<'points-grant'>): void {
  requireAssociation(registry, author)
  if (registry.member(payload.partyId) === undefined) {
    fail('ERR_LEDGER_MEMBER', `${payload.partyId} is not a member`)
  }
}

export function requireAssociation(registry: RegistryView, author: string): void {
  if (author !== registry.anchor.association.partyId) {
    fail('ERR_LEDGER_AUTHOR', `expected an entry of the association, found one of ${author}`)
  }
}
