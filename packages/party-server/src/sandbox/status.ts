import { evidenceOf } from './fork.ts'
import type { SandboxFolder } from './folder.ts'
import { PEOPLE, reportersOf } from './people.ts'
import { isRunning } from './processes.ts'

/** One party of a sandbox as it is now. */
export interface PartyStatus {
  readonly party: string
  readonly home: string
  readonly isServing: boolean
  /** Files that prove a fork of the ledger. */
  readonly forkEvidence: readonly string[]
}

export interface SandboxStatus {
  readonly folder: string
  readonly suite: string
  readonly parties: readonly PartyStatus[]
  /** Firms that reported each person when the sandbox was made, from person 1 on. */
  readonly reporters: readonly (readonly string[])[]
}

export function sandboxStatus(folder: SandboxFolder): SandboxStatus {
  const parties = folder.parties.map(party => ({
    party,
    home: folder.home(party),
    isServing: isRunning(folder, party),
    forkEvidence: evidenceOf(folder, party),
  }))
  const reporters = Array.from({ length: PEOPLE }, (_, i) => reportersOf(i + 1, folder.plan.firms))
  return { folder: folder.root, suite: folder.plan.suite, parties, reporters }
}
