import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'

export function checkBudget(registry: RegistryView, { author, payload }: EntryOf<'budget'>): void {
  requireAssociation(registry, author)
  if (registry.member(payload.partyId)?.role !== 'firm') {
    fail('ERR_LEDGER_MEMBER', `expected the budget of a member firm, found one of ${payload.partyId}`)
  }
}
