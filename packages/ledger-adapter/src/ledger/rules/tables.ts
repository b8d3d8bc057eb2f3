import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import type { LedgerVerifiers } from '../verifiers.ts'
import { requireAssociation } from './consortium.ts'

/**
 * Exactly one table a provider, class and epoch; epochs only go up. No key serves twice: an evaluation says nothing of
 * the class, so one under a shared key would open rows of a class that nobody consented to.
 */
export function checkTable(
  registry: RegistryView,
  entry: EntryOf<'table'>,
  verifiers: LedgerVerifiers,
): void {
  const { provider, class: recordClass, epoch, publicKey } = entry.payload
  requireProvider(registry, entry)
  if (registry.table(provider, recordClass, epoch) !== undefined) {
    fail(
      'ERR_LEDGER_TABLE_EXISTS',
      `${provider} committed a table of class ${recordClass}, epoch ${epoch} before`,
    )
  }
  for (const id of [entry.payload.oprf, entry.payload.parameters]) {
    registry.policy.parameters.requireEnabled(id, entry.createdAt)
  }
  const current = registry.currentTable(provider, recordClass)
  if (current !== undefined && epoch < current.epoch) {
    fail('ERR_EPOCH_STALE', `expected an epoch above ${current.epoch}, found ${epoch}`)
  }
  if (registry.hasEvaluationKey(publicKey)) {
    fail('ERR_LEDGER_TABLE_EXISTS', 'expected a fresh evaluation key, found that of another table')
  }
  verifiers.verifyTable(entry.payload)
}

/** Versions of a list only go up. */
export function checkList(registry: RegistryView, entry: EntryOf<'list'>): void {
  requireProvider(registry, entry)
  const { provider, version } = entry.payload
  const current = registry.currentList(provider)
  if (current !== undefined && version <= current.version) {
    fail('ERR_LEDGER_TABLE_EXISTS', `expected a list version above ${current.version}, found ${version}`)
  }
}

function requireProvider(
  registry: RegistryView,
  { author, payload }: EntryOf<'table'> | EntryOf<'list'>,
): void {
  if (payload.provider !== author) {
    fail('ERR_LEDGER_AUTHOR', `expected an entry of ${payload.provider}, found one of ${author}`)
  }
  if (payload.class === 'A') requireAssociation(registry, author)
}
