import { rmSync } from 'node:fs'
import { durabilityPoint } from '@mixun/core/durability'
import type { Registry } from '@mixun/ledger-adapter/ledger'
import { isLive } from '@mixun/ledger-adapter/policy'
import type { Home } from '@mixun/sdk/home'
import type { JointAnswers } from '../stores/joint-answers.ts'

/**
 * Ends the joint tables that a newer version took the place of, once no query that may still be answered names them: secrets
 * and file go for good. Shares that were answered before stay, for queries that were opened.
 *
 * @returns the versions that ended
 */
export function retireJointTables(
  home: Home,
  answers: JointAnswers,
  registry: Registry,
  now: number,
): number[] {
  const { partyId } = home.identity
  const { joint } = registry.policy
  const named = new Set(
    joint
      .intents()
      .filter(recorded => recorded.state === 'open' && isLive(recorded, now))
      .flatMap(({ intent }) => intent.tables)
      .flatMap(({ provider, version }) => (provider === partyId ? [version] : [])),
  )
  const newest = joint.newestVersion(partyId)
  const over = answers.versions().filter(({ dataset, version }) => {
    const current = joint.table(partyId, dataset)?.version ?? newest + 1
    return version < current && !named.has(version)
  })
  for (const { version } of over) {
    const file = home.paths.jointTable(partyId, version)
    rmSync(file, { force: true })
    durabilityPoint('file/unlinked', file)
    answers.destroyKeys(version)
  }
  return over.map(({ version }) => version)
}
