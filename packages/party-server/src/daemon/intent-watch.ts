import { compareBytes, toHex } from '@mixun/core/bytes'
import type { ErrorCode } from '@mixun/core/errors'
import {
  entryCodec,
  entryLeafHash,
  type GenesisPayload,
  isBoughtReference,
  readBoughtReference,
  verifyIntentReceipt,
  type IntentReceipt,
  latestTime,
  MAX_FILL_IN_MS,
  type SignedEntry,
} from '@mixun/ledger-adapter/ledger'
import { type Consortium, ledgerAnchor } from '@mixun/sdk/consortium'
import { writeFileDurably } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import type { ReadQuestion } from './question.ts'
import type { PartyLog } from '../stores/party-log.ts'

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
    const { mirror, anchor } = this.#consortium
    const ledger = ledgerAnchor(anchor)
    for (const { intentId, receipt } of this.#log.unseenReceipts()) {
      const { intent, fillIn } = this.#read(receipt)
      const { index, leafHash, sequencedAt } = intent
      const [stored] = index < mirror.size ? mirror.entries(index, 1) : []
      const found = stored && entryLeafHash(ledger.suite, entryCodec.encode(stored.entry))
      if (found !== undefined && compareBytes(found, leafHash) === 0) {
        if (fillIn === null) this.#log.seen(intentId)
        else this.#checkFillIn(intent, fillIn, receipt, syncedAt)
      } else if (found !== undefined || syncedAt > latestTime(true, sequencedAt) + INTENT_BOUND_MS) {
        this.#alarm(intentId, receipt, { code: 'ERR_LEDGER_RECEIPT', index, found })
      }
    }
  }

  #read(receipt: Uint8Array): ReadQuestion {
    const { anchor, genesis } = this.#consortium.registry
    if (!isBoughtReference(receipt)) return { intent: verifyIntentReceipt(anchor, receipt), fillIn: null }
    const { pointsRules } = genesis as GenesisPayload
    const { receipt: intent, fillIn } = readBoughtReference(anchor, pointsRules, receipt)
    return { intent, fillIn }
  }

  #checkFillIn(
    { intentId, element, index }: IntentReceipt,
    { createdAt }: SignedEntry,
    receipt: Uint8Array,
    syncedAt: number,
  ): void {
    const recorded = this.#consortium.mirror.registry.intent(intentId)?.intent
    const isOverdue = syncedAt > latestTime(true, createdAt + MAX_FILL_IN_MS) + INTENT_BOUND_MS
    if (recorded !== undefined && compareBytes(recorded.element, element) === 0) this.#log.seen(intentId)
    else if (recorded !== undefined) this.#alarm(intentId, receipt, { code: 'ERR_INTENT_USED', index })
    else if (isOverdue) this.#alarm(intentId, receipt, { code: 'ERR_INTENT_UNFILLED', index })
  }

  #alarm(
    intentId: Uint8Array,
    receipt: Uint8Array,
    { code, index, found }: { code: ErrorCode; index: number; found?: Uint8Array | undefined },
  ): void {
    const { mirror, home } = this.#consortium
    const intent = toHex(intentId)
    const isCovered = found !== undefined && index < (mirror.checkpoint?.size ?? 0)
    const evidence = {
      intent,
      code,
      index,
      receipt: toHex(receipt),
      leafFound: found === undefined ? null : toHex(found),
      checkpoint: mirror.checkpoint?.text ?? null,
      proof: isCovered ? mirror.proveInclusion(index).map(toHex) : null,
    }
    writeFileDurably(home.paths.intentFinding(intent), JSON.stringify(evidence, null, 2))
    this.#log.alarmed(intentId, code)
    this.#logger.error({ intent, index, code }, 'answered intent is not on record')
  }
}
