import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { inquiryOnRecord } from '../inquiry-on-record.ts'
import { basisDigest, type IntentBasis } from '../intent-basis.ts'
import { ledgerId } from '../ledger-id.ts'
import type { ConsentPayload, EntryOf, IntentPayload } from '../payloads.ts'
import { askedKey, elementBytesOf } from '../payloads/fields.ts'
import { MAX_CONSENT_VALIDITY_MS, MAX_INTENT_LIFETIME_MS, type OutcomeResult } from '../payloads/inquiries.ts'
import type { RecordedIntent, RegistryView } from '../registry-view.ts'
import type { LedgerVerifiers } from '../verifiers.ts'
import { verifyUnderAny } from '../verify-under-any.ts'
import { checkAsked, checkVersions, requireInquirer } from './asked-tables.ts'
import { checkFillIn } from './bought-intents.ts'

export function checkConsent(registry: RegistryView, { author, payload }: EntryOf<'consent'>): void {
  requireInquirer(author, payload.inquirer)
  const { id } = registry.anchor.suite
  if (payload.commitment.length !== elementBytesOf(id)) {
    fail(
      'ERR_DECODE_LENGTH',
      `expected a commitment in the group of suite ${id}, ${elementBytesOf(id)} bytes`,
    )
  }
  if (payload.notAfter - payload.notBefore > MAX_CONSENT_VALIDITY_MS) {
    fail('ERR_CONSENT_INVALID', `expected a validity of at most ${MAX_CONSENT_VALIDITY_MS} ms`)
  }
  if (registry.consent(payload.consentId) !== undefined) {
    fail('ERR_LEDGER_CONSENT_EXISTS', 'a consent with this id is on record')
  }
}

/** An intent lies within its consent and asks current tables of active providers only. */
export function checkIntent(
  registry: RegistryView,
  entry: EntryOf<'intent'>,
  verifiers: LedgerVerifiers,
): void {
  const intent = entry.payload
  requireInquirer(entry.author, intent.inquirer)
  if (inquiryOnRecord(registry, intent.intentId) !== undefined) {
    fail('ERR_LEDGER_INTENT_EXISTS', 'an intent with this id is on record')
  }
  if (entry.basis !== null) checkBasis(registry, entry, entry.basis, verifiers)
  checkLifetime(entry)
  if (intent.isBought) {
    checkFillIn(registry, entry)
    return checkVersions(registry, entry)
  }
  if (registry.purchase(intent.intentId) !== undefined) {
    fail('ERR_LEDGER_INTENT_EXISTS', 'an intent with this id was bought in advance')
  }
  checkAsked(registry, entry)
  checkVersions(registry, entry)
}

/** The consent that an intent rests on, for those who may see it: it stands, covers the intent and has a use left. */
function checkBasis(
  registry: RegistryView,
  entry: EntryOf<'intent'>,
  basis: IntentBasis,
  verifiers: LedgerVerifiers,
): void {
  const intent = entry.payload
  if (compareBytes(basisDigest(registry.anchor.suite, basis), intent.basis) !== 0) {
    fail('ERR_LEDGER_ENVELOPE', 'expected the basis that the intent names')
  }
  const recorded = registry.consent(basis.consentId)
  // One who was not a reader from the beginning need not know the consent.
  if (recorded === undefined && !registry.isExact(entry.author)) return
  if (recorded?.consent.inquirer !== entry.author) {
    return fail('ERR_CONSENT_UNKNOWN', `expected a consent that ${entry.author} registered`)
  }
  if (recorded.withdrawnIndex !== null) {
    fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${recorded.withdrawnIndex}`)
  }
  checkConsentTime(entry, recorded.consent)
  checkConsentScope(intent, recorded.consent)
  if (
    recorded.uses + registry.policy.joint.uses(basis.consentId, entry.createdAt) >=
    recorded.consent.maxUses
  ) {
    fail('ERR_CONSENT_EXHAUSTED', `all ${recorded.consent.maxUses} uses of the consent are spent`)
  }
  verifiers.verifyIntent(intent, basis, recorded.consent)
}

/** Exactly one outcome an intent, with one result for each asked table. */
export function checkOutcome(
  registry: RegistryView,
  entry: EntryOf<'outcome'>,
  verifiers: LedgerVerifiers,
): void {
  const { intentId, results } = entry.payload
  const recorded = registry.intent(intentId)
  // One who was not a reader from the beginning need not know the intent.
  if (recorded === undefined && !registry.isExact(entry.author)) return
  if (recorded?.intent.inquirer !== entry.author) {
    return fail('ERR_LEDGER_OUTCOME_FOREIGN', `expected the outcome of an intent of ${entry.author}`)
  }
  if (recorded.outcomeIndex !== null) {
    fail('ERR_LEDGER_OUTCOME_EXISTS', `the outcome of this intent is entry ${recorded.outcomeIndex}`)
  }
  const { asked } = recorded.intent
  const fits = results.length === asked.length && results.every((result, i) => isResultOf(result, asked[i]))
  if (!fits)
    fail('ERR_LEDGER_OUTCOME_FOREIGN', `expected ${asked.length} results, in the order of the intent`)
  results.forEach((result, i) => {
    checkResult(registry, recorded, result, (asked[i] as { epoch: number }).epoch, verifiers)
  })
}

function isResultOf(result: OutcomeResult, table: { provider: string; class: string } | undefined): boolean {
  return table !== undefined && askedKey(result) === askedKey(table)
}

function checkConsentTime({ createdAt, payload }: EntryOf<'intent'>, consent: ConsentPayload): void {
  const { notBefore, notAfter } = consent
  if (createdAt < notBefore || payload.expiresAt <= createdAt || payload.expiresAt > notAfter) {
    fail(
      'ERR_CONSENT_EXPIRED',
      'expected an intent that begins and ends within the validity of its consent',
      {
        details: { createdAt, expiresAt: payload.expiresAt, notBefore, notAfter },
      },
    )
  }
}

function checkLifetime({ createdAt, payload }: EntryOf<'intent'>): void {
  const lifetime = payload.expiresAt - createdAt
  if (lifetime <= 0 || lifetime > MAX_INTENT_LIFETIME_MS) {
    fail('ERR_INTENT_LIFETIME', `expected an intent that lasts at most ${MAX_INTENT_LIFETIME_MS} ms`)
  }
}

function checkConsentScope(intent: IntentPayload, consent: ConsentPayload): void {
  const isCovered =
    intent.purpose === consent.purpose &&
    intent.classes.every(recordClass => consent.classes.includes(recordClass))
  if (!isCovered) fail('ERR_CONSENT_SCOPE', 'expected purpose and classes that the consent covers')
}

function checkResult(
  registry: RegistryView,
  { intent, index }: RecordedIntent,
  result: OutcomeResult,
  epoch: number,
  verifiers: LedgerVerifiers,
): void {
  const { provider, class: recordClass, status, receipt, receiptSignature } = result
  const isClaim = status === 'evaluated' || (status === 'refused' && receipt !== null)
  if (!isClaim) return
  const details = { provider, class: recordClass }
  const table = registry.table(provider, recordClass, epoch)
  if (receipt === null || receiptSignature === null || table === undefined) {
    return fail('ERR_LEDGER_OUTCOME_RECEIPT', `expected the signed receipt of ${provider}`, { details })
  }
  const ledger = ledgerId(registry.anchor)
  const context = { ledger, intent, result, table, receipt, receiptSignature }
  const verify = status === 'evaluated' ? verifiers.verifyEvaluationReceipt : verifiers.verifyRefusalReceipt
  try {
    // A provider may have changed its key since the intent, before it answered or after.
    verifyUnderAny(registry.signingKeysSince(provider, index), providerKey =>
      verify({ ...context, providerKey }),
    )
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    fail('ERR_LEDGER_OUTCOME_RECEIPT', `expected a receipt of ${provider} for this intent`, {
      details,
      cause,
    })
  }
}
