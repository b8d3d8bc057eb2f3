import { existsSync } from 'node:fs'
import type { PolicyView } from '@mixun/ledger-adapter/ledger'
import { Policy } from '@mixun/ledger-adapter/policy'
import { Consortium } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { openAssociationLedger } from '../association/ledger.ts'

/**
 * The consortium's rules as this home's copy of the ledger has them, without a connection; the built-in ones before the
 * first copy. @throws ERR_LEDGER_…
 */
export async function localPolicy(home: Home): Promise<PolicyView> {
  if (!existsSync(home.paths.ledger)) return new Policy()
  const isAssociation = home.config.party.role === 'association'
  const copy = isAssociation ? openAssociationLedger(home) : Consortium.open(home)
  try {
    return copy.registry.policy
  } finally {
    await copy.close()
  }
}
