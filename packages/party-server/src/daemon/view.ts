import type { LedgerAnchor, Registry } from '@mixun/ledger-adapter/ledger'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { type Consortium, keepFork, ledgerAnchor } from '@mixun/sdk/consortium'
import { recoverLedger } from '../association/recover.ts'
import type { Home } from '@mixun/sdk/home'

/** The ledger as a daemon needs it: its own verified copy, whichever role it has. */
export interface LedgerView {
  readonly anchor: LedgerAnchor
  readonly registry: Registry
  /** Signed note of the latest checkpoint this party verified or made; null before the first. */
  checkpoint(): string | null
  /** Compares a checkpoint that a peer shows with the own copy. @throws ERR_LEDGER_FORK, kept as evidence */
  gossip(checkpoint: string | null): void
  /** Takes in what is new on the ledger. */
  refresh(): Promise<void>
}

/** The view of a firm or a regulator: its mirror. `onSynced` is told from when on the mirror is known to be up to date. */
export function firmView(consortium: Consortium, onSynced: (at: number) => void = () => {}): LedgerView {
  let cosignedSize = 0
  return {
    anchor: ledgerAnchor(consortium.anchor),
    get registry() {
      return consortium.registry
    },
    checkpoint: () => consortium.mirror.checkpoint?.text ?? null,
    gossip: checkpoint => consortium.gossip(checkpoint),
    refresh: async () => {
      const startedAt = Date.now()
      await consortium.sync()
      onSynced(startedAt)
      // A daemon is a witness of the ledger: others rely on tables that it has cosigned.
      const { size } = consortium.mirror
      if (size > cosignedSize) await consortium.cosign()
      cosignedSize = size
    },
  }
}

/** The association's view: the ledger itself. */
export function associationView(home: Home, ledger: SqliteLedger): LedgerView {
  let latest: string | null = null
  return {
    anchor: ledgerAnchor(home.anchor()),
    get registry() {
      return ledger.registry
    },
    checkpoint: () => latest,
    gossip: checkpoint => {
      if (checkpoint === null || checkpoint === latest) return
      try {
        ledger.gossip(checkpoint)
      } catch (error) {
        keepFork(home, error)
        throw error
      }
    },
    refresh: async () => {
      if (ledger.behind !== null) await recoverLedger(home, ledger)
      latest = (await ledger.checkpoint()).text
    },
  }
}
