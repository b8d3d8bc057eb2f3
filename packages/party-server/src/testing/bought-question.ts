import type { Subject } from '@mixun/core/domain'
import { systemRandom } from '@mixun/core/random'
import {
  basisDigest,
  encodeBoughtReference,
  filledIn,
  type GenesisPayload,
  type IntentBoughtPayload,
  type LedgerEntry,
  sealEntry,
  type SignedEntry,
  signEntry,
} from '@mixun/ledger-adapter/ledger'
import { keywordOtParametersById } from '@mixun/ot/keyword-ot'
import { combineBlind, commitSubject, rerandomize } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { type Consortium, intentContext } from '@mixun/sdk/consortium'
import type { RecordedQuestion } from './recorded-question.ts'

/** An intent that was bought in advance, and its receipt. */
export interface Purchase {
  readonly bought: IntentBoughtPayload
  readonly receipt: Uint8Array
}

/** A use of a {@link Purchase}, which is not on record. */
export interface BoughtQuestion extends RecordedQuestion {
  readonly fillIn: SignedEntry
  /** The fill-in as it would go on the ledger. */
  readonly entry: LedgerEntry
}

/** Buys an intent of classes B and C, as the sdk does. */
export async function buyIntent(consortium: Consortium, lifetimeMs = 600_000): Promise<Purchase> {
  await consortium.sync()
  const inquirer = consortium.home.identity.partyId
  const asked = consortium.registry
    .currentTables()
    .filter(({ provider }) => provider !== inquirer)
    .map(({ provider, class: name, epoch }) => ({ provider, class: name, epoch }))
    .toSorted((a, b) => (`${a.provider}/${a.class}` < `${b.provider}/${b.class}` ? -1 : 1))
  const bought: IntentBoughtPayload = {
    intentId: systemRandom.bytes(16),
    inquirer,
    classes: ['B', 'C'],
    asked,
    purpose: 'credit-granting',
    expiresAt: Date.now() + lifetimeMs,
    price: asked.length,
  }
  const { intentReceipt } = await consortium.append('intent-bought', bought)
  return { bought, receipt: intentReceipt as Uint8Array }
}

/** Uses it for a subject under a consent of its own, as the sdk does or, with `changes`, as it should not. */
export async function usePurchase(
  consortium: Consortium,
  { bought, receipt }: Purchase,
  subject: Subject,
  changes: {
    readonly classes?: ('B' | 'C')[]
    readonly expiresAt?: number
    readonly createdAt?: number
  } = {},
): Promise<BoughtQuestion> {
  const { identity } = consortium.home
  const oprf = oprfSuiteOf(identity.suite.id)
  const input = subject.encode()
  const { commitment, opening } = commitSubject(oprf, input, systemRandom)
  const consentId = systemRandom.bytes(16)
  await consortium.append('consent', {
    classes: ['B', 'C'],
    datasets: [],
    purpose: 'credit-granting',
    consentId,
    inquirer: identity.partyId,
    commitment,
    documentDigest: systemRandom.bytes(32),
    notBefore: Date.now() - 1_000,
    notAfter: Date.now() + 3_600_000,
    maxUses: 1,
  })
  const context = intentContext(bought.intentId, consentId, identity.partyId)
  const { element, factor, proof } = rerandomize(oprf, context, commitment, systemRandom)
  const basis = { salt: systemRandom.bytes(32), consentId, rerandomizationProof: proof }
  const { registry } = consortium
  const { pointsRules } = registry.genesis as GenesisPayload
  const { classes = ['B', 'C'], expiresAt = Date.now() + 60_000, createdAt = Date.now() } = changes
  const versions = bought.asked
    .filter(table => classes.some(each => each === table.class))
    .map(({ provider, class: name }) => registry.currentTable(provider, name)?.version ?? 0)
  const rest = { classes, basis: basisDigest(identity.suite, basis), element, expiresAt, versions }
  const payload = filledIn(bought, pointsRules, rest)
  const fillIn = signEntry(identity, registry.anchor, 'intent', payload, { now: () => createdAt })
  return {
    intentId: bought.intentId,
    element,
    receipt: encodeBoughtReference(receipt, fillIn),
    input,
    blind: combineBlind(oprf, factor, opening),
    parameters: keywordOtParametersById(`keywordot_${oprf.identifier}`).id,
    table(provider, className) {
      const table = registry.currentTable(provider, className)
      if (table === undefined) throw new Error(`${provider} publishes nothing of class ${className}`)
      return table
    },
    fillIn,
    entry: sealEntry(registry, fillIn, { basis }),
  }
}
