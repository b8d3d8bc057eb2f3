import { rmSync } from 'node:fs'
import { durabilityPoint } from '@mixun/core/durability'
import type { Registry } from '@mixun/ledger-adapter/ledger'
import { isLive } from '@mixun/ledger-adapter/policy'
import type { Home } from '@mixun/sdk/home'

/**
 * Ends the joint tables that a newer version took the place of, once no query that may still be answered names them: keys
 * and file go for good. Shares that were answered before stay, for queries that were opened.
 *
 * @returns the versions that ended
 */
export function retireJointTables(home: Home, registry: Registry, now: number): number[] {
  const { partyId } = home.identity
  const { joint } = registry.policy
  const named = new Set(
    joint
      .intents()
      .filter(recorded => recorded.state === 'open' && isLive(recorded, now))
      .flatMap(({ intent }) => intent.tables)
      .flatMap(({ provider, version }) => (provider === partyId ? [version] : [])),
  )
  const over = home.keys.jointVersions().filter(version => {
    const dataset = joint.version(partyId, version)?.dataset
    const current = dataset === undefined ? undefined : joint.table(partyId, dataset)
    return current !== undefined && version < current.version && !named.has(version)
  })
  for (const version of over) {
    const file = home.paths.jointTable(partyId, version)
    rmSync(file, { force: true })
    durabilityPoint('file/unlinked', file)
    // Last: by their keys the next run finds what a crash left.
    home.keys.destroyJointKeys(version)
  }
  return over
}
