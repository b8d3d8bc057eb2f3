import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'

/** Changes of one set come in the order of their times, and none reaches back: what was allowed then stays so. */
export function checkParameters(
  registry: RegistryView,
  { author, createdAt, payload }: EntryOf<'parameters'>,
): void {
  requireAssociation(registry, author)
  const { parameters, from } = payload
  const last = registry.policy.parameters.changes.get(parameters)?.at(-1)
  if (from < createdAt || (last !== undefined && from <= last.from)) {
    fail('ERR_LEDGER_POLICY', `expected a change of ${parameters} that comes after all earlier ones`)
  }
}
