import { fail, MixunError } from '@mixun/core/errors'
import type { Dataset, Hello } from '@mixun/core/session'
import { type IntentReceipt, type Registry, type TablePayload } from '@mixun/ledger-adapter/ledger'
import { epochEndedAt } from '../publish/epochs.ts'
import type { LedgerView } from './view.ts'

/** A question that this provider may answer: the intent on record and the table it asks. */
export interface AdmittedQuestion {
  readonly intent: IntentReceipt
  readonly table: TablePayload
}

/**
 * Policy of a provider, before anything secret is touched: the receipt is the sequencer's, of this inquirer, for this
 * provider, class and epoch, and not expired; the epoch is the current one, or in its grace period.
 *
 * @throws ERR_TABLE_UNAVAILABLE, ERR_RECEIPT_MISSING, ERR_RECEIPT_FOREIGN, ERR_CONSENT_WITHDRAWN, ERR_EPOCH_STALE
 */
export async function admitQuestion(
  hello: Hello,
  self: string,
  view: LedgerView,
  now: number,
  graceMs: number,
): Promise<AdmittedQuestion> {
  const dataset = datasetOf(hello, self)
  const intent = readQuestion(hello, self, view)
  if (now > intent.expiresAt) fail('ERR_RECEIPT_FOREIGN', 'the intent has expired')
  requireStandingConsent(view, intent)
  const { class: className, epoch } = dataset
  const current = () => view.registry.currentTable(self, className)
  // A table that was published a moment ago, or the end of a key, may not have reached this daemon's view yet.
  if (current()?.epoch !== epoch) await view.refresh()
  const table = view.registry.table(self, className, epoch)
  if (table === undefined || !isOpen(view.registry, table, now, graceMs)) {
    return fail('ERR_EPOCH_STALE', `expected epoch ${current()?.epoch ?? 'none'}, found ${epoch}`)
  }
  return { intent, table }
}

/**
 * The intent of a question that its inquirer puts to this party.
 *
 * @throws ERR_TABLE_UNAVAILABLE, ERR_RECEIPT_MISSING, ERR_RECEIPT_FOREIGN
 */
export function readQuestion(hello: Hello, self: string, view: Pick<LedgerView, 'receipts'>): IntentReceipt {
  const dataset = datasetOf(hello, self)
  const intent = readReceipt(hello, view)
  const asksUs = intent.asked.some(
    table => table.provider === self && table.class === dataset.class && table.epoch === dataset.epoch,
  )
  if (!asksUs) fail('ERR_RECEIPT_FOREIGN', 'the intent does not ask this provider for this class and epoch')
  if (intent.inquirer !== hello.sender) fail('ERR_RECEIPT_FOREIGN', 'the intent is of another inquirer')
  return intent
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

function readReceipt(hello: Hello, view: Pick<LedgerView, 'receipts'>): IntentReceipt {
  if (hello.consentReference === null) {
    return fail('ERR_RECEIPT_MISSING', 'expected the receipt of a recorded intent in the hello')
  }
  try {
    return view.receipts.verify(hello.consentReference)
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    return fail('ERR_RECEIPT_FOREIGN', 'expected a receipt signed by the sequencer', { cause })
  }
}
