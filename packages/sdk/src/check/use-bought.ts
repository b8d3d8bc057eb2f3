import { throwIfEnded } from '@mixun/core/channel'
import { checkConsentUse, chinaDateOf } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import {
  encodeBoughtReference,
  entryCodec,
  type LedgerEntry,
  verifyBoughtReceipt,
} from '@mixun/ledger-adapter/ledger'
import { combineBlind } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import type { Consortium } from '../consortium/consortium.ts'
import { commitmentOf } from '../consortium/verifiers.ts'
import type { BoughtIntent } from '../store/bought-intents.ts'
import type { StoredInquiry } from '../store/inquiries.ts'
import type { BegunInquiry, NewInquiry } from './begin-inquiry.ts'
import type { CheckOptions, CheckParts } from './check-options.ts'
import { prepareIntent } from './intent.ts'
import { requireNoTell } from './repeated-inquiry.ts'
import { isOpen, readOwn } from './resume.ts'

/** Time that a purchase must have left to be used, in milliseconds. */
const MIN_LEFT_MS = 10_000

/** Whether the association could not be reached, rather than said no. */
export function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof MixunError)) return false
  return error.code.startsWith('ERR_CHANNEL_') && error.code !== 'ERR_CHANNEL_ABORTED'
}

/**
 * Goes on with an inquiry that was cut off while the ledger was out of reach, and still is.
 *
 * @param opening of the consent's commitment
 * @returns null when it was not begun so, or is over
 */
export function resumeBought(
  { consortium, progress, bought }: CheckParts,
  stored: StoredInquiry | undefined,
  opening: Uint8Array,
): BegunInquiry | null {
  const purchase = stored && bought.find(stored.intentId)
  const begun = stored && progress.progress(stored.intentId)
  if (stored === undefined || purchase?.receipt == null || begun == null) return null
  const { entry, payload: intent } = readOwn(consortium, 'intent', begun.entry)
  const outcome = begun.outcome === null ? null : readOwn(consortium, 'outcome', begun.outcome)
  if (outcome === null && !isOpen(consortium, intent, Date.now())) return null
  const oprf = oprfSuiteOf(consortium.home.identity.suite.id)
  return {
    intent,
    asked: tablesOf(consortium, intent.asked),
    recorded: null,
    reference: referenceOf(consortium, purchase.receipt, entry),
    outcome,
    blind: combineBlind(oprf, stored.secret.factor, opening),
  }
}

/**
 * Begins an inquiry under an intent that was bought in advance. It is durable before anybody is asked, and has to be
 * filled in on the ledger.
 *
 * @param unreachable why the ledger is out of reach: thrown when nothing was bought that serves
 * @throws ERR_CONSENT_…, ERR_BUDGET_EXCEEDED, ERR_APPROVAL_PENDING, ERR_OPERATOR_UNKNOWN
 */
export function beginBought(
  parts: CheckParts,
  options: CheckOptions,
  inquiry: NewInquiry,
  unreachable: MixunError,
): BegunInquiry {
  const { consortium, inquiries, progress, bought } = parts
  const { requestId, scope, input, consent, classes } = inquiry
  const { consentId, purpose } = consent.receipt
  checkConsentUse(consent.receipt, { now: Date.now(), classes, purpose })
  const serves = ({ receipt, requestId: taken, ...each }: BoughtIntent) =>
    receipt !== null &&
    taken === null &&
    each.purpose === purpose &&
    classes.every(name => each.classes.includes(name)) &&
    each.expiresAt > Date.now() + MIN_LEFT_MS
  const candidates = bought.open().filter(serves)
  if (candidates.length === 0) throw unreachable
  requireUseLeft(parts, consentId)
  requireNoTell(inquiries, input, Date.now())
  const operator = options.operator ?? null
  parts.approvals.requireApproved({ requestId, scope, purpose, operator })
  for (const use of parts.budgets.spend(chinaDateOf(Date.now()), operator, purpose)) {
    if (use.isAlarm) options.onBudgetAlarm?.(use)
  }
  throwIfEnded(options.signal)
  const purchase = candidates.find(({ intentId }) => bought.take(intentId, requestId))
  if (purchase?.receipt == null) throw unreachable
  const signed = verifyBoughtReceipt(consortium.registry.anchor, purchase.receipt)
  const asked = tablesOf(
    consortium,
    signed.asked.filter(table => classes.includes(table.class)),
  )
  const { opening } = consent.reveal()
  const prepared = prepareIntent(consortium, consent.receipt, opening, classes, asked, { bought: purchase })
  const { payload: intent, basis, factor, blind } = prepared
  const entry = consortium.makeEntry('intent', intent, { basis })
  const line = { subject: input, operator, askedAt: Date.now() }
  inquiries.start(requestId, scope, intent.intentId, { consentId, factor }, line)
  progress.begin(intent.intentId, entryCodec.encode(entry))
  const reference = referenceOf(consortium, purchase.receipt, entry)
  return { intent, asked, recorded: null, reference, outcome: null, blind }
}

/** Uses on record and those that wait to be filled in. @throws ERR_CONSENT_UNKNOWN, ERR_CONSENT_WITHDRAWN, ERR_CONSENT_EXHAUSTED */
function requireUseLeft({ consortium, bought, inquiries }: CheckParts, consentId: Uint8Array): void {
  const recorded = consortium.registry.consent(consentId)
  if (recorded === undefined) return fail('ERR_CONSENT_UNKNOWN', 'the consent is not on record')
  if (recorded.withdrawnIndex !== null) fail('ERR_CONSENT_WITHDRAWN', 'the consent was withdrawn')
  const isUse = ({ intentId }: BoughtIntent) => {
    const secret = inquiries.inquiryByIntent(intentId)?.secret
    const isFilledIn = consortium.registry.intent(intentId) !== undefined
    return !isFilledIn && secret !== undefined && Buffer.compare(secret.consentId, consentId) === 0
  }
  const uses = recorded.uses + bought.open().filter(isUse).length
  if (uses >= recorded.consent.maxUses) {
    fail('ERR_CONSENT_EXHAUSTED', `all ${recorded.consent.maxUses} uses of the consent are spent`)
  }
}

function tablesOf(
  { registry }: Consortium,
  asked: readonly { provider: string; class: string; epoch: number }[],
): TableCommitment[] {
  return asked.map(({ provider, class: className, epoch }) => {
    const table = registry.table(provider, className, epoch)
    if (table === undefined)
      return fail('ERR_TABLE_UNAVAILABLE', `${provider}/${className}/${epoch} is unknown`)
    return commitmentOf(table)
  })
}

function referenceOf(consortium: Consortium, receipt: Uint8Array, entry: LedgerEntry): Uint8Array {
  return encodeBoughtReference(receipt, consortium.signedIn(entry))
}
