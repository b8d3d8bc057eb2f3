import type { Home } from '@mixun/sdk/home'
import { OwnRecords, Vault } from '@mixun/sdk/store'
import { Batches } from './batches.ts'

/** What seals the stores of a home. */
export function vaultOf(home: Home): Vault {
  return new Vault(home.identity.suite, home.storeKey)
}

export function openBatches(home: Home): Batches {
  return new Batches(home.paths.records, vaultOf(home))
}

export function openOwnRecords(home: Home): OwnRecords {
  return new OwnRecords(home.paths.ownRecords, vaultOf(home))
}
