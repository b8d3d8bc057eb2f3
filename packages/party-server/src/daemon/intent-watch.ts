import { compareBytes, toHex } from '@mixun/core/bytes'
import { decodeIntentReceipt, latestTime, verifyIntentReceipt } from '@mixun/ledger-adapter/ledger'
import { type Consortium, ledgerAnchor } from '@mixun/sdk/consortium'
import { writeFileDurably } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import type { PartyLog } from '../stores/party-log.ts'

/** How long after it was signed for an intent may be missing in a mirror that is up to date, in milliseconds. */
const INTENT_BOUND_MS = 60_000

/**
 * Holds the receipts that this provider answered on against its mirror: an intent that the sequencer signed for and did
 * not record, or recorded elsewhere, is an alarm. The receipt convicts the sequencer.
 */
export class IntentWatch {
  readonly #consortium: Consortium
  readonly #log: PartyLog
  readonly #logger: Logger

  constructor(consortium: Consortium, log: PartyLog, logger: Logger) {
    this.#consortium = consortium
    this.#log = log
    this.#logger = logger
  }

  /** @param syncedAt when the mirror was last brought up to date, Unix milliseconds */
  check(syncedAt: number): void {
    const { mirror } = this.#consortium
    const { size } = mirror
    const seen: Uint8Array[] = []
    for (const { intentId, receipt } of this.#log.unseenReceipts()) {
      // Verified before it was answered on; verified again before anyone is accused.
      const { index, leafHash, sequencedAt } = decodeIntentReceipt(receipt)
      const found = index < size ? mirror.leafHash(index) : undefined
      if (found !== undefined && compareBytes(found, leafHash) === 0) seen.push(intentId)
      else if (found !== undefined || syncedAt > latestTime(true, sequencedAt) + INTENT_BOUND_MS) {
        this.#alarm(intentId, receipt, index, found)
      }
    }
    this.#log.seen(seen)
  }

  #alarm(intentId: Uint8Array, receipt: Uint8Array, index: number, found: Uint8Array | undefined): void {
    const { mirror, home, anchor } = this.#consortium
    verifyIntentReceipt(ledgerAnchor(anchor), receipt)
    const intent = toHex(intentId)
    const isCovered = found !== undefined && index < (mirror.checkpoint?.size ?? 0)
    const evidence = {
      intent,
      index,
      receipt: toHex(receipt),
      leafFound: found === undefined ? null : toHex(found),
      checkpoint: mirror.checkpoint?.text ?? null,
      proof: isCovered ? mirror.proveInclusion(index).map(toHex) : null,
    }
    writeFileDurably(home.paths.intentFinding(intent), JSON.stringify(evidence, null, 2))
    this.#log.alarmed(intentId, 'ERR_LEDGER_RECEIPT')
    this.#logger.error({ intent, index, code: 'ERR_LEDGER_RECEIPT' }, 'answered intent is not on record')
  }
}
