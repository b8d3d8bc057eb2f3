import { compareBytes, toHex } from '@mixun/core/bytes'
import type { ErrorCode } from '@mixun/core/errors'
import {
  decodeIntentReceipt,
  type GenesisPayload,
  type IntentReceipt,
  isBoughtReference,
  latestTime,
  MAX_FILL_IN_MS,
  readBoughtReference,
  type SignedEntry,
  verifyIntentReceipt,
} from '@mixun/ledger-adapter/ledger'
import { type Consortium, ledgerAnchor } from '@mixun/sdk/consortium'
import type { Logger } from 'pino'
import type { ReadQuestion } from './question.ts'
import type { PartyLog } from '../stores/party-log.ts'
import { intentRecord, keepIntentFinding } from './intent-record.ts'

/** How long after it was signed for an intent may be missing in a mirror that is up to date, in milliseconds. */
const INTENT_BOUND_MS = 60_000

/**
 * Holds the receipts that this provider answered on against its mirror: an intent that the sequencer signed for and did
 * not record, or recorded elsewhere, is an alarm. The receipt convicts the sequencer. So is one bought in advance that is
 * not filled in by its deadline, or filled in otherwise than it was used here: its signed fill-in convicts the inquirer.
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
      const { intent, fillIn } = this.#read(receipt)
      const record = intentRecord(this.#consortium, intent)
      const isLate = syncedAt > latestTime(true, intent.sequencedAt) + INTENT_BOUND_MS
      if (record === 'held') {
        if (fillIn === null || this.#isFilledIn(intent, fillIn, receipt, syncedAt)) seen.push(intentId)
      } else if (record === 'contradicted' || isLate) {
        // Verified before it was answered on; verified again before anyone is accused.
        if (fillIn === null) verifyIntentReceipt(ledgerAnchor(this.#consortium.anchor), receipt)
        this.#alarm(intent, receipt, 'ERR_LEDGER_RECEIPT')
      }
    }
    this.#log.receipts.seen(seen)
  }

  #read(receipt: Uint8Array): ReadQuestion {
    if (!isBoughtReference(receipt)) return { intent: decodeIntentReceipt(receipt), fillIn: null }
    const { anchor, genesis } = this.#consortium.registry
    const { pointsRules } = genesis as GenesisPayload
    const { receipt: intent, fillIn } = readBoughtReference(anchor, pointsRules, receipt)
    return { intent, fillIn }
  }

  /** Whether an intent that was bought in advance came on record as it was answered here. */
  #isFilledIn(
    intent: IntentReceipt,
    { createdAt }: SignedEntry,
    receipt: Uint8Array,
    syncedAt: number,
  ): boolean {
    const recorded = this.#consortium.mirror.registry.intent(intent.intentId)?.intent
    if (recorded !== undefined && compareBytes(recorded.element, intent.element) === 0) return true
    const isOverdue = syncedAt > latestTime(true, createdAt + MAX_FILL_IN_MS) + INTENT_BOUND_MS
    if (recorded !== undefined) this.#alarm(intent, receipt, 'ERR_INTENT_USED')
    else if (isOverdue) this.#alarm(intent, receipt, 'ERR_INTENT_UNFILLED')
    return false
  }

  #alarm(intent: IntentReceipt, receipt: Uint8Array, code: ErrorCode): void {
    const { intentId, index } = intent
    keepIntentFinding(this.#consortium, intent, receipt, code)
    this.#log.receipts.alarmed(intentId, code)
    this.#logger.error({ intent: toHex(intentId), index, code }, 'answered intent is not on record')
  }
}
