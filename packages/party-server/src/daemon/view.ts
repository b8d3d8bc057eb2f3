import { randomInt } from 'node:crypto'
import {
  type IntentReceipt,
  type LedgerAnchor,
  type Registry,
  VerifiedIntentReceipts,
} from '@mixun/ledger-adapter/ledger'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { type Consortium, keepFork, ledgerAnchor } from '@mixun/sdk/consortium'
import { recoverLedger } from '../association/recover.ts'
import type { Home } from '@mixun/sdk/home'
import { requireRecorded } from './intent-record.ts'

/** The ledger as a daemon needs it: its own verified copy, whichever role it has. */
export interface LedgerView {
  readonly anchor: LedgerAnchor
  /** As of the last refresh, or newer. */
  readonly registry: Registry
  readonly receipts: VerifiedIntentReceipts
  /** Signed note of the latest checkpoint this party verified or made; null before the first. */
  checkpoint(): string | null
  /** Compares a checkpoint that a peer shows with the own copy. @throws ERR_LEDGER_FORK, kept as evidence */
  gossip(checkpoint: string | null): void
  /**
   * An intent stands where its receipt says, as far as the own copy has got there.
   *
   * @param receipt the signed bytes of `intent`
   * @throws ERR_LEDGER_RECEIPT, kept as evidence
   */
  requireRecorded(intent: IntentReceipt, receipt: Uint8Array): void
  /** Takes in what is new on the ledger. */
  refresh(): Promise<void>
}

/** Longest wait where others wait for a new table to be cosigned, in milliseconds. */
const TABLE_DELAY_MS = 2_000

/** Members that cosign as soon as something comes in; of more, each takes its time. */
const COSIGNERS_AT_ONCE = 16

/**
 * How long a member waits before it cosigns what came in, in milliseconds. A round takes in what all others cosigned: if
 * each made one a second, the work of a consortium would grow with the square of its members. Of many, some wait hardly.
 */
function cosigningDelay({ registry }: Consortium, isWaitedFor: boolean): number {
  const active = registry.members().filter(({ status }) => status === 'active').length
  const longest = 500 * (active - COSIGNERS_AT_ONCE)
  if (longest <= 0) return 0
  return randomInt(isWaitedFor ? Math.min(longest, TABLE_DELAY_MS) : longest)
}

/** Whether a table of today came with the entries from `size` on. */
function hasTableSince({ registry }: Consortium, size: number): boolean {
  const { joint } = registry.policy
  const sealed = registry.currentTables().map(({ provider, class: className, epoch }) => {
    return registry.tableVersion(provider, className, epoch)?.index
  })
  return [...sealed, ...joint.allTables().map(table => joint.indexOf(table))].some(
    index => (index ?? -1) >= size,
  )
}

/** The view of a firm or a regulator: its mirror. `onSynced` is told from when on the mirror is known to be up to date. */
export function firmView(consortium: Consortium, onSynced: (at: number) => void = () => {}): LedgerView {
  let cosignedSize = 0
  let seenSize = 0
  let cosignsAt: number | null = null
  const anchor = ledgerAnchor(consortium.anchor)
  // Asked for many times a session, and each time the mirror would look whether another process wrote to its file.
  let { registry } = consortium
  let checkpoint = consortium.mirror.checkpoint
  const look = () => {
    registry = consortium.registry
    checkpoint = consortium.mirror.checkpoint
  }
  return {
    anchor,
    receipts: new VerifiedIntentReceipts(anchor),
    get registry() {
      return registry
    },
    checkpoint: () => checkpoint?.text ?? null,
    gossip: note => consortium.gossip(note),
    requireRecorded: (intent, receipt) => requireRecorded(consortium, intent, receipt),
    refresh: async () => {
      const startedAt = Date.now()
      await consortium.sync().finally(look)
      onSynced(startedAt)
      // A daemon is a witness of the ledger: others rely on tables that it has cosigned.
      const { size } = consortium.mirror
      if (size <= cosignedSize) return
      const isWaitedFor = size > seenSize && hasTableSince(consortium, seenSize)
      seenSize = size
      if (cosignsAt === null || isWaitedFor) {
        const drawn = startedAt + cosigningDelay(consortium, isWaitedFor)
        cosignsAt = Math.min(cosignsAt ?? drawn, drawn)
      }
      if (startedAt < cosignsAt) return
      await consortium.cosign()
      cosignedSize = size
      cosignsAt = null
    },
  }
}

/** The association's view: the ledger itself. */
export function associationView(home: Home, ledger: SqliteLedger): LedgerView {
  let latest: string | null = null
  const anchor = ledgerAnchor(home.anchor())
  let { registry } = ledger
  return {
    anchor,
    receipts: new VerifiedIntentReceipts(anchor),
    get registry() {
      return registry
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
    // It signed the receipt itself.
    requireRecorded: () => {},
    refresh: async () => {
      if (ledger.behind !== null) await recoverLedger(home, ledger)
      latest = (await ledger.checkpoint()).text
      registry = ledger.registry
    },
  }
}
