import { compareBytes } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { type Dataset, type Hello, MAX_CLOCK_SKEW_MS } from '@mixun/core/session'
import {
  type GenesisPayload,
  type IntentReceipt,
  isBoughtReference,
  type Registry,
  type SignedEntry,
  signedEntryCodec,
  type TablePayload,
  verifyBoughtReference,
} from '@mixun/ledger-adapter/ledger'
import { epochEndedAt } from '../publish/epochs.ts'
import type { LedgerView } from './view.ts'

/** A question that this provider may answer: the intent on record and the table it asks. */
export interface AdmittedQuestion {
  readonly intent: IntentReceipt
  readonly table: TablePayload
  /** The entry that its inquirer signed instead, encoded, when the intent was bought in advance; null otherwise. */
  readonly fillIn: Uint8Array | null
}

/** A question as its reference has it. */
export interface ReadQuestion {
  readonly intent: IntentReceipt
  /** Of an intent that was bought in advance; null of one on record. */
  readonly fillIn: SignedEntry | null
}

/**
 * Policy of a provider, before anything secret is touched: the receipt is the sequencer's, of this inquirer, for this
 * provider, class and epoch, and not expired; the epoch is the current one, or in its grace period. An intent that was
 * bought in advance comes with the sequencer's receipt of the purchase and the inquirer's signed fill-in.
 *
 * @throws ERR_TABLE_UNAVAILABLE, ERR_RECEIPT_MISSING, ERR_RECEIPT_FOREIGN, ERR_PARTY_LOG, ERR_INTENT_USED,
 * ERR_CONSENT_WITHDRAWN, ERR_EPOCH_STALE
 */
export async function admitQuestion(
  hello: Hello,
  self: string,
  view: LedgerView,
  now: number,
  graceMs: number,
): Promise<AdmittedQuestion> {
  const dataset = datasetOf(hello, self)
  const { intent, fillIn } = readQuestion(hello, self, view)
  if (now > intent.expiresAt) fail('ERR_RECEIPT_FOREIGN', 'the intent has expired')
  if (isBeforeReset(view.registry, self, intent)) {
    fail('ERR_PARTY_LOG', 'the intent is of before the party log began anew: it may have been answered')
  }
  if (fillIn !== null) requireUnused(view, intent, fillIn, now)
  requireStandingConsent(view, intent)
  const { class: className, epoch } = dataset
  const current = () => view.registry.currentTable(self, className)
  // A table that was published a moment ago, or the end of a key, may not have reached this daemon's view yet.
  if (current()?.epoch !== epoch) await view.refresh()
  const table = view.registry.table(self, className, epoch)
  if (table === undefined || !isOpen(view.registry, table, now, graceMs)) {
    return fail('ERR_EPOCH_STALE', `expected epoch ${current()?.epoch ?? 'none'}, found ${epoch}`)
  }
  return { intent, table, fillIn: fillIn && signedEntryCodec.encode(fillIn) }
}

/** Whether this party may have answered the intent, or refused it, by a log that it lost: nothing would tell. */
export function isBeforeReset(
  registry: Registry,
  self: string,
  { intentId, index }: Pick<IntentReceipt, 'intentId' | 'index'>,
): boolean {
  // One that was bought in advance could be used from its purchase on, and is filled in days later.
  return (registry.purchase(intentId)?.index ?? index) < (registry.partyLog(self)?.resetIndex ?? 0)
}

/** What of a party's view of the ledger the reference of a question is read with. */
type ReferenceView = Pick<LedgerView, 'anchor' | 'registry' | 'receipts'>

/**
 * The intent of a question that its inquirer puts to this party.
 *
 * @throws ERR_TABLE_UNAVAILABLE, ERR_RECEIPT_MISSING, ERR_RECEIPT_FOREIGN
 */
export function readQuestion(hello: Hello, self: string, view: ReferenceView): ReadQuestion {
  const dataset = datasetOf(hello, self)
  const { intent, fillIn } = readReceipt(hello, view)
  const asksUs = intent.asked.some(
    table => table.provider === self && table.class === dataset.class && table.epoch === dataset.epoch,
  )
  if (!asksUs) fail('ERR_RECEIPT_FOREIGN', 'the intent does not ask this provider for this class and epoch')
  if (intent.inquirer !== hello.sender) fail('ERR_RECEIPT_FOREIGN', 'the intent is of another inquirer')
  return { intent, fillIn }
}

function datasetOf({ dataset }: Hello, self: string): Dataset {
  if (dataset !== null && dataset.provider === self) return dataset
  return fail('ERR_TABLE_UNAVAILABLE', `expected a question about a table of ${self}`)
}

/** An intent that was recorded just before the next epoch began is still answered, for the grace period. */
function isOpen(
  registry: Registry,
  { provider, class: name, epoch }: TablePayload,
  now: number,
  graceMs: number,
) {
  if (registry.isKeyDestroyed(provider, name, epoch)) return false
  const endedAt = epochEndedAt(registry, provider, name, epoch)
  return endedAt === null || now < endedAt + graceMs
}

/** Nothing more is answered under a consent once this provider has seen its withdrawal, older intents included. */
function requireStandingConsent({ registry }: LedgerView, { intentId }: IntentReceipt): void {
  const endedAt = registry.intentEndedAt(intentId)
  if (endedAt !== undefined) fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${endedAt}`)
}

/** What was signed for a purchase is no word for the question: its use is bounded, and no other use is on record. */
function requireUnused(
  { registry }: LedgerView,
  intent: IntentReceipt,
  fillIn: SignedEntry,
  now: number,
): void {
  if (fillIn.createdAt > now + MAX_CLOCK_SKEW_MS) fail('ERR_RECEIPT_FOREIGN', 'the intent is dated ahead')
  const recorded = registry.intent(intent.intentId)?.intent
  if (recorded !== undefined && compareBytes(recorded.element, intent.element) !== 0) {
    fail('ERR_INTENT_USED', 'the intent is on record with another fill-in')
  }
}

function readReceipt(hello: Hello, view: ReferenceView): ReadQuestion {
  if (hello.consentReference === null) {
    return fail('ERR_RECEIPT_MISSING', 'expected the receipt of a recorded intent in the hello')
  }
  try {
    return readReference(view, hello.consentReference)
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    return fail('ERR_RECEIPT_FOREIGN', 'expected a receipt signed by the sequencer', { cause })
  }
}

/**
 * The consent reference of a hello: an intent's receipt, or what its inquirer shows while the ledger is out of reach.
 *
 * @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE, ERR_INTENT_FILL_IN
 */
function readReference({ anchor, registry, receipts }: ReferenceView, reference: Uint8Array): ReadQuestion {
  if (!isBoughtReference(reference)) return { intent: receipts.verify(reference), fillIn: null }
  const { pointsRules } = registry.genesis as GenesisPayload
  const keyOf = (partyId: string) => registry.member(partyId)?.signingKey
  const { receipt: intent, fillIn } = verifyBoughtReference(anchor, pointsRules, keyOf, reference)
  return { intent, fillIn }
}
