import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'
import { requireNextVersion } from './versions.ts'

export function checkSharingRules(
  registry: RegistryView,
  { author, payload }: EntryOf<'sharing-rules'>,
): void {
  requireAssociation(registry, author)
  requireNextVersion('sharing rules', registry.policy.sharing.version, payload.version)
}
