import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'
import { requireNextVersion } from './versions.ts'

/** A number or code stands for one kind for ever: rows sealed under it may still be open somewhere. */
export function checkKinds(registry: RegistryView, { author, payload }: EntryOf<'kinds'>): void {
  requireAssociation(registry, author)
  const { kinds } = registry.policy
  requireNextVersion('catalogue of kinds', kinds.version, payload.version)
  const conflict = kinds.conflict(payload)
  if (conflict !== undefined) {
    fail('ERR_LEDGER_POLICY', `number ${conflict.wire} or code ${conflict.code} was given to another kind`)
  }
}
