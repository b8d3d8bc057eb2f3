import type { Home } from '@mixun/sdk/home'
import { OwnRecords, openVault, TicketStore } from '@mixun/sdk/store'
import { Batches } from './batches.ts'

export function openBatches(home: Home): Batches {
  return new Batches(home.paths.records, openVault(home))
}

export function openTicketStore(home: Home): TicketStore {
  return new TicketStore(home.paths.tickets, openVault(home))
}

export function openOwnRecords(home: Home): OwnRecords {
  return new OwnRecords(home.paths.ownRecords, openVault(home))
}
