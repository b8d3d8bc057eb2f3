import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RecordClass } from '@mixun/core/domain'
import { durabilityPoint } from '@mixun/core/durability'
import { type Registry, signEntry, type TableName } from '@mixun/ledger-adapter/ledger'
import { type Home, publishingRules } from '@mixun/sdk/home'
import { openLedgerAccess } from '../ledger/access.ts'
import { epochEndedAt } from './epochs.ts'
import { lockPublishing } from './lock.ts'
import { publishedClasses } from './publish.ts'

/**
 * Destroys the evaluation keys of the epochs that are over, after their grace period, with their books and tables, and
 * says so on the ledger. The key goes first: what the entry says is true when it is made, and one that a crash left out
 * is made by the next run.
 *
 * @throws ERR_PUBLISH_BUSY, ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function retireKeys(home: Home, now: () => number = Date.now): Promise<TableName[]> {
  using _lock = lockPublishing(home)
  await using access = await openLedgerAccess(home)
  const due = epochsToRetire(home, access.registry, now())
  for (const { provider, class: className, epoch } of due) {
    home.keys.destroyOprfKey(className, epoch)
    removeFiles(dirname(home.paths.book(className, epoch, 0)), `book-${className}-${epoch}-`)
    const table = home.paths.table(provider, className, epoch)
    removeFiles(dirname(table), `${provider}-${className}-${epoch}.`, `${provider}-${className}-${epoch}-`)
    const payload = { provider, class: className, epoch }
    await access.ledger.append(signEntry(home.identity, access.registry.anchor, 'key-destroyed', payload))
  }
  return due
}

/** The epochs of this party whose key is to be destroyed by now. */
export function epochsToRetire(home: Home, registry: Registry, now: number): TableName[] {
  const { partyId } = home.identity
  return publishedClasses(home).flatMap(className => overdue(home, registry, partyId, className, now))
}

function overdue(
  home: Home,
  registry: Registry,
  provider: string,
  className: RecordClass,
  now: number,
): TableName[] {
  const graceMs = publishingRules(home.config).graceMinutes * 60_000
  const current = registry.currentTable(provider, className)?.epoch ?? 0
  const due: TableName[] = []
  // Backwards, to stop at the first that is done.
  for (let epoch = current - 1; epoch > 0; epoch--) {
    if (registry.table(provider, className, epoch) === undefined) continue
    if (registry.isKeyDestroyed(provider, className, epoch)) break
    const endedAt = epochEndedAt(registry, provider, className, epoch) ?? Number.POSITIVE_INFINITY
    if (now >= endedAt + graceMs) due.unshift({ provider, class: className, epoch })
  }
  return due
}

function removeFiles(folder: string, ...prefixes: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    if (!prefixes.some(prefix => name.startsWith(prefix))) continue
    rmSync(join(folder, name))
    durabilityPoint('file/unlinked', name)
  }
}
