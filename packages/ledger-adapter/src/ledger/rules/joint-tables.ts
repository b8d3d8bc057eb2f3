import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import type { LedgerVerifiers } from '../verifiers.ts'
import { requireAssociation } from './consortium.ts'
import { requireNextVersion } from './versions.ts'

export function checkJointRules(registry: RegistryView, { author, payload }: EntryOf<'joint-rules'>): void {
  requireAssociation(registry, author)
  requireNextVersion('joint rules', registry.policy.joint.rules.version, payload.version)
}

/** A firm's joint tables are numbered one after another, whatever their data set; no key serves twice. */
export function checkJointTable(
  registry: RegistryView,
  { author, createdAt, payload }: EntryOf<'joint-table'>,
  verifiers: LedgerVerifiers,
): void {
  const { provider, version, publicKey, oprf, parameters } = payload
  if (provider !== author || registry.member(author)?.role !== 'firm') {
    fail('ERR_LEDGER_AUTHOR', `expected a joint table of a firm, by itself, found one of ${author}`)
  }
  const { joint } = registry.policy
  const newest = joint.newestVersion(provider)
  if (version !== newest + 1) {
    fail('ERR_LEDGER_TABLE_VERSION', `${provider}: expected joint table ${newest + 1}, found ${version}`, {
      details: { version, currentVersion: newest },
    })
  }
  for (const id of [oprf, parameters]) registry.policy.parameters.requireEnabled(id, createdAt)
  if (joint.hasEvaluationKey(publicKey) || registry.hasEvaluationKey(publicKey)) {
    fail('ERR_LEDGER_TABLE_EXISTS', 'expected a fresh evaluation key, found that of another table')
  }
  verifiers.verifyJointTable(payload)
}
