import type { Home } from '@mixun/sdk/home'
import { OwnRecords, openVault } from '@mixun/sdk/store'
import { Batches } from './batches.ts'

export function openBatches(home: Home): Batches {
  return new Batches(home.paths.records, openVault(home))
}

export function openOwnRecords(home: Home): OwnRecords {
  return new OwnRecords(home.paths.ownRecords, openVault(home))
}
