import type { ConsentReceipt, RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { basisDigest, type IntentBasis, type IntentPayload } from '@mixun/ledger-adapter/ledger'
import { queryPrice } from '@mixun/ledger-adapter/points'
import { combineBlind, rerandomize } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import type { Consortium } from '../consortium/consortium.ts'
import { commitmentOf, intentContext } from '../consortium/verifiers.ts'

/** How long an intent may be presented to providers, in milliseconds: the first that its consent outlasts. */
const INTENT_LIFETIMES_MS = [300_000, 60_000, 10_000]

/** A new intent and the secrets that belong to it. */
export interface PreparedIntent {
  readonly payload: IntentPayload
  /** Consent and proof of τ, for the association alone. */
  readonly basis: IntentBasis
  /** τ; kept for the auditor. Secret. */
  readonly factor: Uint8Array
  /** τ·s. Secret. */
  readonly blind: Uint8Array
}

/** All tables that an inquiry of these classes asks: every active provider's current one but the inquirer's own. */
export function tablesToAsk(consortium: Consortium, classes: readonly string[]): TableCommitment[] {
  const { registry } = consortium
  const own = consortium.home.identity.partyId
  return registry
    .currentTables()
    .filter(table => classes.includes(table.class) && table.provider !== own)
    .filter(table => registry.member(table.provider)?.status === 'active')
    .map(commitmentOf)
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/**
 * When an intent that is made now expires. Never the end of its consent to the millisecond: by that the asked parties would
 * know two intents of one consent, and so of one person.
 *
 * @throws ERR_CONSENT_EXPIRED within ten seconds of the end
 */
export function intentExpiry(now: number, notAfter: number): number {
  const lifetime = INTENT_LIFETIMES_MS.find(each => now + each <= notAfter)
  if (lifetime === undefined) return fail('ERR_CONSENT_EXPIRED', 'the consent is about to end')
  return now + lifetime
}

/** What {@link prepareIntent} takes besides. */
export interface PrepareOptions {
  readonly random?: RandomSource
  /** The purchase that it fills in, of an intent that was bought in advance. */
  readonly bought?: { readonly intentId: Uint8Array; readonly expiresAt: number }
}

/** Draws τ and makes the intent. @throws ERR_CONSENT_EXPIRED, ERR_TABLE_UNAVAILABLE when there is nobody to ask */
export function prepareIntent(
  consortium: Consortium,
  consent: ConsentReceipt,
  opening: Uint8Array,
  classes: readonly RecordClass[],
  tables: readonly TableCommitment[],
  { random = systemRandom, bought }: PrepareOptions = {},
): PreparedIntent {
  const rules = consortium.registry.genesis?.pointsRules
  if (tables.length === 0 || rules === undefined) {
    return fail('ERR_TABLE_UNAVAILABLE', `no other member publishes a table of class ${classes.join(', ')}`)
  }
  const { partyId } = consortium.home.identity
  const intentId = bought?.intentId ?? random.bytes(16)
  const notAfter = Math.min(consent.notAfter, bought?.expiresAt ?? consent.notAfter)
  const context = intentContext(intentId, consent.consentId, partyId)
  const suite = oprfSuiteOf(consortium.home.identity.suite.id)
  const { element, factor, proof } = rerandomize(suite, context, consent.commitment, random)
  const asked = tables.map(({ provider, class: className, epoch }) => ({
    provider,
    class: className as RecordClass,
    epoch,
  }))
  const basis = { salt: random.bytes(32), consentId: consent.consentId, rerandomizationProof: proof }
  const payload: IntentPayload = {
    intentId,
    basis: basisDigest(consortium.home.identity.suite, basis),
    inquirer: partyId,
    element,
    classes: [...classes],
    asked,
    purpose: consent.purpose,
    expiresAt: intentExpiry(Date.now(), notAfter),
    price: queryPrice(rules, asked),
    isBought: bought !== undefined,
    versions: tables.map(({ version }) => version),
  }
  return { payload, basis, factor, blind: combineBlind(suite, factor, opening) }
}

const key = (table: TableCommitment) => `${table.provider}/${table.class}`
