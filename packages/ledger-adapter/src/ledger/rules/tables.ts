import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { EntryOf, TablePayload } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import type { LedgerVerifiers } from '../verifiers.ts'
import { requireAssociation } from './consortium.ts'

/**
 * Version 0 begins the table of an epoch, every further entry commits to the delta that follows the version on record.
 *
 * Exactly one table a provider, class and epoch; epochs only go up. No key serves twice: an evaluation says nothing of
 * the class, so one under a shared key would open rows of a class that nobody consented to.
 */
export function checkTable(
  registry: RegistryView,
  entry: EntryOf<'table'>,
  verifiers: LedgerVerifiers,
): void {
  requireProvider(registry, entry)
  for (const id of [entry.payload.oprf, entry.payload.parameters]) {
    registry.policy.parameters.requireEnabled(id, entry.createdAt)
  }
  if (entry.payload.version === 0) checkNewTable(registry, entry.payload)
  else checkDelta(registry, entry.payload)
  verifiers.verifyTable(entry.payload)
}

function checkNewTable(registry: RegistryView, payload: TablePayload): void {
  const { provider, class: recordClass, epoch, publicKey } = payload
  if (registry.table(provider, recordClass, epoch) !== undefined) {
    fail(
      'ERR_LEDGER_TABLE_EXISTS',
      `${provider} committed a table of class ${recordClass}, epoch ${epoch} before`,
    )
  }
  const current = registry.currentTable(provider, recordClass)
  if (current !== undefined && epoch < current.epoch) {
    fail('ERR_EPOCH_STALE', `expected an epoch above ${current.epoch}, found ${epoch}`)
  }
  if (registry.hasEvaluationKey(publicKey)) {
    fail('ERR_LEDGER_TABLE_EXISTS', 'expected a fresh evaluation key, found that of another table')
  }
}

/** A delta changes rows and root and nothing else; one version has one delta. */
function checkDelta(registry: RegistryView, payload: TablePayload): void {
  const { provider, class: recordClass, epoch, version } = payload
  const current = registry.currentTable(provider, recordClass)
  const before = registry.table(provider, recordClass, epoch)
  if (before !== undefined && current?.epoch !== epoch) {
    fail('ERR_EPOCH_STALE', `expected a delta in epoch ${current?.epoch}, found one in epoch ${epoch}`)
  }
  if (before === undefined || version !== before.version + 1) {
    return fail(
      'ERR_LEDGER_TABLE_VERSION',
      `${provider}, class ${recordClass}, epoch ${epoch}: expected the version after ${before?.version ?? 'none'}, found ${version}`,
      { details: { version, currentVersion: before?.version ?? null } },
    )
  }
  const continues =
    payload.oprf === before.oprf &&
    payload.parameters === before.parameters &&
    payload.baseRowCount === before.baseRowCount &&
    payload.isDistributed === before.isDistributed &&
    compareBytes(payload.publicKey, before.publicKey) === 0
  if (!continues) {
    fail('ERR_LEDGER_TABLE_VERSION', 'expected a delta with the key, OPRF and shape of the table on record')
  }
}

/** Once a key, and only of an epoch that is over: until then members may ask under it. */
export function checkKeyDestroyed(registry: RegistryView, entry: EntryOf<'key-destroyed'>): void {
  const { provider, class: recordClass, epoch } = entry.payload
  requireProvider(registry, entry)
  const isOver = epoch < (registry.currentTable(provider, recordClass)?.epoch ?? 0)
  const isKnown = registry.table(provider, recordClass, epoch) !== undefined
  if (!isOver || !isKnown || registry.isKeyDestroyed(provider, recordClass, epoch)) {
    fail(
      'ERR_LEDGER_KEY_DESTROYED',
      `${provider}, class ${recordClass}, epoch ${epoch}: expected an epoch that is over, whose key was not destroyed before`,
    )
  }
}

/** The association samples the last version of an epoch that is over, once. */
export function checkLeafSample(registry: RegistryView, { author, payload }: EntryOf<'leaf-sample'>): void {
  requireAssociation(registry, author)
  const { provider, class: recordClass, epoch, version } = payload
  const isOver = epoch < (registry.currentTable(provider, recordClass)?.epoch ?? 0)
  if (!isOver || registry.table(provider, recordClass, epoch)?.version !== version) {
    fail('ERR_EPOCH_STALE', 'expected a sample of the last version of an epoch that is over')
  }
  if (registry.isSampled(provider, recordClass, epoch)) {
    fail('ERR_SAMPLE_REFUSED', 'a sample of this epoch is on record')
  }
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
  { author, payload }: EntryOf<'table'> | EntryOf<'list'> | EntryOf<'key-destroyed'>,
): void {
  if (payload.provider !== author) {
    fail('ERR_LEDGER_AUTHOR', `expected an entry of ${payload.provider}, found one of ${author}`)
  }
  if (payload.class === 'A') requireAssociation(registry, author)
}
