import { evidenceOf } from './fork.ts'
import type { SandboxFolder } from './folder.ts'
import { PEOPLE, reportersOf } from './people.ts'
import { isRunning, pidOf } from './processes.ts'

/** One party of a sandbox as it is now. */
export interface PartyStatus {
  readonly party: string
  readonly home: string
  /** File with the passphrase of the home, for `MIXUN_PASSPHRASE_FILE` of any verb. */
  readonly passphraseFile: string
  readonly isServing: boolean
  /** Process of its daemon, which other parties may share; null when it is stopped. */
  readonly pid: number | null
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
    passphraseFile: folder.passphraseFile(party),
    isServing: isRunning(folder, party),
    pid: pidOf(folder, party),
    forkEvidence: evidenceOf(folder, party),
  }))
  const reporters = Array.from({ length: PEOPLE }, (_, i) => reportersOf(i + 1, folder.plan.firms))
  return { folder: folder.root, suite: folder.plan.suite, parties, reporters }
}
