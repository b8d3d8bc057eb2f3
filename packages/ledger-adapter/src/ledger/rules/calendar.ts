import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'
import { requireNextVersion } from './versions.ts'

export function checkCalendar(registry: RegistryView, { author, payload }: EntryOf<'calendar'>): void {
  requireAssociation(registry, author)
  requireNextVersion('calendar', registry.policy.calendar?.version ?? 0, payload.version)
}
