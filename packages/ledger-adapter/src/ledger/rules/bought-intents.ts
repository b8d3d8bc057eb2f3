import { fail } from '@mixun/core/errors'
import { inquiryOnRecord } from '../inquiry-on-record.ts'
import type { EntryOf } from '../payloads.ts'
import { askedKey } from '../payloads/fields.ts'
import { MAX_FILL_IN_MS } from '../payloads/inquiries.ts'
import type { RegistryView } from '../registry-view.ts'
import { checkAsked, requireInquirer } from './asked-tables.ts'

const HOUR_MS = 3_600_000

/** Few at once, hours-long, and judged as the intent would be that fills it in. Budgets count what is filled in. */
export function checkIntentBought(registry: RegistryView, entry: EntryOf<'intent-bought'>): void {
  const { author, createdAt, payload } = entry
  requireInquirer(author, payload.inquirer)
  const { intentId, expiresAt } = payload
  if (inquiryOnRecord(registry, intentId) !== undefined || registry.purchase(intentId) !== undefined) {
    fail('ERR_LEDGER_INTENT_EXISTS', 'an intent with this id is on record')
  }
  const { open, hours } = registry.policy.audits.rules.boughtIntents
  const lifetime = expiresAt - createdAt
  // One that expired may still have been used, beside all budgets, until the time to fill it in is over.
  const held = registry.isExact(author) ? registry.openPurchases(author, createdAt - MAX_FILL_IN_MS) : 0
  if (lifetime <= 0 || lifetime > hours * HOUR_MS || held >= open) {
    fail('ERR_INTENT_LIMIT', `expected at most ${open} intents in advance, of at most ${hours} hours each`, {
      details: { open, hours, held },
    })
  }
  checkAsked(registry, entry)
}

/**
 * An intent that was bought in advance says of purpose and asked tables what the purchase says, and was made while that
 * lasted. Tables may have changed since, so that nothing of today is looked at.
 */
export function checkFillIn(registry: RegistryView, { author, createdAt, payload }: EntryOf<'intent'>): void {
  const purchase = registry.purchase(payload.intentId)
  // One who was not a reader from the beginning need not know the purchase.
  if (purchase === undefined && !registry.isExact(author)) return
  if (purchase === undefined) {
    return fail('ERR_INTENT_FILL_IN', `expected an intent that ${author} bought in advance`)
  }
  const { bought, closedIndex } = purchase
  if (closedIndex !== null) fail('ERR_INTENT_USED', `the intent was closed by entry ${closedIndex}`)
  const asked = bought.asked.filter(table => payload.classes.includes(table.class))
  const fits =
    bought.inquirer === author &&
    payload.purpose === bought.purpose &&
    payload.classes.every(recordClass => bought.classes.includes(recordClass)) &&
    asked.map(nameOf).join() === payload.asked.map(nameOf).join() &&
    createdAt >= purchase.createdAt &&
    payload.expiresAt <= bought.expiresAt
  if (!fits) fail('ERR_INTENT_FILL_IN', 'expected what was bought, used while it lasted')
}

/** Its buyer gives back what expired; that it was not used is the buyer's signed word. */
export function checkIntentReturned(registry: RegistryView, entry: EntryOf<'intent-returned'>): void {
  const { author, createdAt, payload } = entry
  const purchase = registry.purchase(payload.intentId)
  if (purchase === undefined && !registry.isExact(author)) return
  if (purchase === undefined || purchase.bought.inquirer !== author) {
    return fail('ERR_INTENT_FILL_IN', `expected an intent that ${author} bought in advance`)
  }
  const { bought, closedIndex } = purchase
  if (closedIndex !== null) fail('ERR_INTENT_USED', `the intent was closed by entry ${closedIndex}`)
  if (createdAt <= bought.expiresAt) fail('ERR_INTENT_FILL_IN', 'expected an intent that has expired')
}

const nameOf = (table: { provider: string; class: string; epoch: number }) =>
  `${askedKey(table)}/${table.epoch}`
