import { existsSync, rmSync } from 'node:fs'
import { durabilityPoint } from '@mixun/core/durability'
import { mayBeAudited, type Registry } from '@mixun/ledger-adapter/ledger'
import { isLive, type RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import type { Home } from '@mixun/sdk/home'
import type { JointAnswers } from '../stores/joint-answers.ts'

/**
 * Ends the joint tables that a newer version took the place of: secrets go for good once no query that may still be answered
 * names them, the file once no audit may need it to run a query again. What was answered before stays, for queries that were
 * opened.
 *
 * @returns the versions whose secrets went
 */
export function retireJointTables(
  home: Home,
  answers: JointAnswers,
  registry: Registry,
  now: number,
): number[] {
  const { partyId } = home.identity
  const { joint } = registry.policy
  const isNamedBy = (version: number, { intent }: RecordedJointIntent) =>
    intent.tables.some(table => table.provider === partyId && table.version === version)
  const open = joint.intents().filter(recorded => recorded.state === 'open' && isLive(recorded, now))
  const newest = joint.newestVersion(partyId)
  const over = answers.versions().filter(({ dataset, version }) => {
    const current = joint.table(partyId, dataset)?.version ?? newest + 1
    return version < current && !open.some(recorded => isNamedBy(version, recorded))
  })
  for (const { version } of over) answers.destroyKeys(version)
  const served = new Set(answers.versions().map(({ version }) => version))
  const isAudited = (version: number) =>
    joint
      .intents()
      .some(each => isNamedBy(version, each) && mayBeAudited(registry, each.intent.intentId, each.index))
  for (let version = newest; version >= 1; version--) {
    const file = home.paths.jointTable(partyId, version)
    if (served.has(version) || !existsSync(file) || isAudited(version)) continue
    rmSync(file)
    durabilityPoint('file/unlinked', file)
  }
  return over.map(({ version }) => version)
}
