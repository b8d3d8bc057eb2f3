import { existsSync, rmSync } from 'node:fs'
import { durabilityPoint } from '@mixun/core/durability'
import { mayBeAudited, type Registry } from '@mixun/ledger-adapter/ledger'
import { isLive, type RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import type { Home } from '@mixun/sdk/home'

/**
 * Ends the joint tables that a newer version took the place of: keys go for good once no query that may still be answered
 * names them, the file once no audit may need it to run a query again. What was answered before stays, for queries that were
 * opened.
 *
 * @returns the versions whose secrets went
 */
export function retireJointTables(home: Home, registry: Registry, now: number): number[] {
  const { partyId } = home.identity
  const { joint } = registry.policy
  const isNamedBy = (version: number, { intent }: RecordedJointIntent) =>
    intent.tables.some(table => table.provider === partyId && table.version === version)
  const open = joint.intents().filter(recorded => recorded.state === 'open' && isLive(recorded, now))
  const over = home.keys.jointVersions().filter(version => {
    const dataset = joint.version(partyId, version)?.dataset
    const current = dataset === undefined ? undefined : joint.table(partyId, dataset)
    const isReplaced = current !== undefined && version < current.version
    return isReplaced && !open.some(recorded => isNamedBy(version, recorded))
  })
  for (const version of over) home.keys.destroyJointKeys(version)
  const served = new Set(home.keys.jointVersions())
  const isAudited = (version: number) =>
    joint
      .intents()
      .some(each => isNamedBy(version, each) && mayBeAudited(registry, each.intent.intentId, each.index))
  for (let version = joint.newestVersion(partyId); version >= 1; version--) {
    const file = home.paths.jointTable(partyId, version)
    if (served.has(version) || !existsSync(file) || isAudited(version)) continue
    rmSync(file)
    durabilityPoint('file/unlinked', file)
  }
  return over
}
