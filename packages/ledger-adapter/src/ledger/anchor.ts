import type { Peer } from '@mixun/core/session'
import type { Suite } from '@mixun/core/suite'

/** What a member trusts from the day it joins: the name of the ledger and the key of its sequencer, the association. */
export interface LedgerAnchor {
  /** Origin line and key name of the ledger's checkpoints: no spaces, no `+`. */
  readonly origin: string
  readonly suite: Suite
  readonly association: Peer
}
