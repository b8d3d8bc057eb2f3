import { throwIfEnded, waitFor } from '@mixun/core/channel'
import { type ConsentPurpose, RECORD_CLASSES, type RecordClass } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import {
  type Appended,
  entryCodec,
  type GenesisPayload,
  type LedgerEntry,
  requireBoughtReceipt,
} from '@mixun/ledger-adapter/ledger'
import { queryPrice } from '@mixun/ledger-adapter/points'
import { committedTables, requireCosigned } from '../consortium/cosigned.ts'
import { type IntentId } from '../ids.ts'
import { toHex } from '@mixun/core/bytes'
import type { CheckParts } from './check-options.ts'
import { tablesToAsk } from './intent.ts'

const HOUR_MS = 3_600_000

/** What is bought in advance. */
export interface BuyOptions {
  /** How many; default 1. The audit rules say how many a firm may hold. */
  readonly count?: number
  /** How long they last; default as long as the audit rules allow. */
  readonly hours?: number
  /** What the consents will be for that they serve. */
  readonly purpose: ConsentPurpose
  /** Classes that they may ask; all by default. One that asks fewer gives the rest of its price back. */
  readonly classes?: readonly RecordClass[]
  /** Ends the wait for the association; what was bought then is used all the same. */
  readonly signal?: AbortSignal
}

/** An intent that was bought in advance and is not used. */
export interface HeldIntent {
  readonly intentId: IntentId
  readonly purpose: string
  readonly classes: readonly RecordClass[]
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/**
 * Buys intents for when the ledger is out of reach: each reserves the price of all that it may ask, names no subject and
 * no consent, and comes back when it expires unused.
 *
 * @throws ERR_INPUT_RANGE, ERR_INTENT_LIMIT, ERR_POINTS_INSUFFICIENT, ERR_BUDGET_EXCEEDED, ERR_TABLE_…, ERR_LEDGER_…,
 * ERR_CHANNEL_…
 */
export async function buyIntents(parts: CheckParts, options: BuyOptions): Promise<HeldIntent[]> {
  const { consortium } = parts
  throwIfEnded(options.signal)
  await waitFor(consortium.sync(), options.signal)
  const { count = 1, hours = consortium.registry.policy.audits.rules.boughtIntents.hours } = options
  if (!Number.isSafeInteger(count) || count < 1 || !(hours > 0)) {
    fail('ERR_INPUT_RANGE', 'expected at least one intent, for more than no time')
  }
  const bought: HeldIntent[] = []
  for (let i = 0; i < count; i++) bought.push(await buyOne(parts, options, hours))
  return bought
}

async function buyOne(parts: CheckParts, options: BuyOptions, hours: number): Promise<HeldIntent> {
  const { consortium, bought } = parts
  const { purpose, signal } = options
  const classes = [...new Set(options.classes ?? RECORD_CLASSES)].toSorted()
  const tables = tablesToAsk(consortium, classes)
  if (tables.length === 0) {
    fail('ERR_TABLE_UNAVAILABLE', `no other member publishes a table of class ${classes.join(', ')}`)
  }
  await requireCosigned(consortium, committedTables(consortium.registry, tables), signal)
  const asked = tables.map(({ provider, class: className, epoch }) => {
    return { provider, class: className as RecordClass, epoch }
  })
  const { pointsRules } = consortium.registry.genesis as GenesisPayload
  const intentId = systemRandom.bytes(16)
  const expiresAt = Date.now() + Math.floor(hours * HOUR_MS)
  const inquirer = consortium.home.identity.partyId
  const price = queryPrice(pointsRules, asked)
  const payload = { intentId, inquirer, classes, asked, purpose, expiresAt, price }
  const entry = consortium.makeEntry('intent-bought', payload)
  throwIfEnded(signal) // the last moment at which an abort costs nothing
  bought.add({ intentId, entry: entryCodec.encode(entry), purpose, classes, expiresAt })
  const { intentReceipt } = await waitFor(sendPurchase(parts, intentId, entry), signal)
  bought.recorded(intentId, requireBoughtReceipt(consortium.registry.anchor, payload, intentReceipt))
  return { intentId: toHex(intentId) as IntentId, purpose, classes, expiresAt }
}

/** What the ledger refuses is not sent again; what did not get there is. */
export async function sendPurchase(
  { consortium, bought }: Pick<CheckParts, 'consortium' | 'bought'>,
  intentId: Uint8Array,
  entry: LedgerEntry,
): Promise<Appended> {
  try {
    return await consortium.appendEntry(entry)
  } catch (error) {
    if (error instanceof MixunError && !error.code.startsWith('ERR_CHANNEL_')) bought.close(intentId)
    throw error
  }
}

/** The unused ones that are good now. */
export function heldIntents({ bought }: Pick<CheckParts, 'bought'>, now: number): HeldIntent[] {
  return bought
    .open()
    .filter(({ receipt, requestId, expiresAt }) => receipt !== null && requestId === null && expiresAt > now)
    .map(({ intentId, purpose, classes, expiresAt }) => {
      return { intentId: toHex(intentId) as IntentId, purpose, classes, expiresAt }
    })
}
