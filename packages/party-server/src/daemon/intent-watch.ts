import { toHex } from '@mixun/core/bytes'
import { decodeIntentReceipt, latestTime, verifyIntentReceipt } from '@mixun/ledger-adapter/ledger'
import { type Consortium, ledgerAnchor } from '@mixun/sdk/consortium'
import type { Logger } from 'pino'
import type { PartyLog } from '../stores/party-log.ts'
import { intentRecord, keepIntentFinding } from './intent-record.ts'

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
    const seen: Uint8Array[] = []
    for (const { intentId, receipt } of this.#log.receipts.all()) {
      const claimed = decodeIntentReceipt(receipt)
      const record = intentRecord(this.#consortium, claimed)
      const isLate = syncedAt > latestTime(true, claimed.sequencedAt) + INTENT_BOUND_MS
      if (record === 'held') {
        seen.push(intentId)
      } else if (record === 'contradicted' || isLate) {
        // Verified before it was answered on; verified again before anyone is accused.
        const intent = verifyIntentReceipt(ledgerAnchor(this.#consortium.anchor), receipt)
        keepIntentFinding(this.#consortium, intent, receipt)
        this.#log.receipts.alarmed(intentId, 'ERR_LEDGER_RECEIPT')
        const alarm = { intent: toHex(intentId), index: intent.index, code: 'ERR_LEDGER_RECEIPT' }
        this.#logger.error(alarm, 'answered intent is not on record')
      }
    }
    this.#log.receipts.seen(seen)
  }
}
