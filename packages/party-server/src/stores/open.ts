import type { Home } from '@mixun/sdk/home'
import { OwnRecords, openVault, TicketStore } from '@mixun/sdk/store'
import { Batches } from './batches.ts'
import { JointAnswers } from './joint-answers.ts'
import { JointBooks } from './joint-books.ts'

export function openBatches(home: Home): Batches {
  return new Batches(home.paths.records, openVault(home))
}

export function openTicketStore(home: Home): TicketStore {
  return new TicketStore(home.paths.tickets, openVault(home))
}

export function openOwnRecords(home: Home): OwnRecords {
  return new OwnRecords(home.paths.ownRecords, openVault(home))
}

export function openJointBooks(home: Home): JointBooks {
  return new JointBooks(home.paths.joint, openVault(home))
}

export function openJointAnswers(home: Home): JointAnswers {
  return new JointAnswers(home.paths.joint, openVault(home))
}
