import { systemRandom } from '@mixun/core/random'
import type { RecordClass, Subject } from '@mixun/core/domain'
import { basisDigest, type Payloads, type TableName, type TablePayload } from '@mixun/ledger-adapter/ledger'
import { keywordOtParametersById, type KeywordOtStatement } from '@mixun/ot/keyword-ot'
import { combineBlind, commitSubject, rerandomize } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { Consortium, intentContext } from '@mixun/sdk/consortium'
import type { CallOptions } from './call.ts'
import type { TestParty } from './test-party.ts'

export interface QuestionOptions {
  readonly from: TestParty
  readonly subject: Subject
  /** All other members' current tables of these classes are asked. */
  readonly classes: readonly RecordClass[]
  /** How long the intent is good for; default a minute. */
  readonly lifetimeMs?: number
}

/** An intent on the ledger and everything that belongs to it, for tests that go on by hand, or astray. */
export interface RecordedQuestion {
  readonly intentId: Uint8Array
  readonly element: Uint8Array
  readonly receipt: Uint8Array
  readonly input: Uint8Array
  readonly blind: Uint8Array
  /** Id of the parameter set in which the consortium evaluates. */
  readonly parameters: string
  /** The asked table of a provider and class. */
  readonly table: (provider: string, className: RecordClass) => TablePayload
}

/** Registers a consent and records an intent, step by step as the sdk does. */
export async function recordQuestion(options: QuestionOptions): Promise<RecordedQuestion> {
  const { from, subject, lifetimeMs = 60_000 } = options
  const oprf = oprfSuiteOf(from.home.identity.suite.id)
  const consortium = Consortium.open(from.home)
  try {
    await consortium.sync()
    const { partyId } = from.home.identity
    const input = subject.encode()
    const { commitment, opening } = commitSubject(oprf, input, systemRandom)
    const consentId = systemRandom.bytes(16)
    const tables = consortium.registry
      .currentTables()
      .filter(table => options.classes.includes(table.class) && table.provider !== partyId)
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    const now = Date.now()
    const terms = { classes: [...options.classes], purpose: 'credit-granting' as const }
    await consortium.append('consent', {
      ...terms,
      consentId,
      inquirer: partyId,
      commitment,
      datasets: [],
      documentDigest: systemRandom.bytes(32),
      notBefore: now,
      notAfter: now + 3_600_000,
      maxUses: 1,
    })
    const intentId = systemRandom.bytes(16)
    const context = intentContext(intentId, consentId, partyId)
    const { element, factor, proof } = rerandomize(oprf, context, commitment, systemRandom)
    const basis = { salt: systemRandom.bytes(32), consentId, rerandomizationProof: proof }
    const intent: Payloads['intent'] = {
      ...terms,
      intentId,
      basis: basisDigest(from.home.identity.suite, basis),
      inquirer: partyId,
      element,
      asked: tables.map(({ provider, class: name, epoch }) => ({ provider, class: name, epoch })),
      expiresAt: now + lifetimeMs,
      price: tables.length,
      isBought: false,
      versions: tables.map(({ version }) => version),
    }
    const { intentReceipt } = await consortium.append('intent', intent, { basis })
    const blind = combineBlind(oprf, factor, opening)
    return {
      intentId,
      element,
      receipt: intentReceipt as Uint8Array,
      input,
      blind,
      parameters: keywordOtParametersById(`keywordot_${oprf.identifier}`).id,
      table(provider, className) {
        const asked = tables.find(table => table.provider === provider && table.class === className)
        if (asked === undefined) throw new Error(`${provider} is not asked for class ${className}`)
        return asked
      },
    }
  } finally {
    await consortium.close()
  }
}

const keyOf = (table: TablePayload) => `${table.provider}/${table.class}`

/** The hello with which the sdk presents a question to the provider of `table`. */
export function helloOf(
  { receipt, parameters }: RecordedQuestion,
  { provider, class: name, epoch }: TableName,
): Pick<CallOptions, 'protocol' | 'parameters' | 'dataset' | 'consentReference'> {
  return {
    protocol: 'keyword-ot',
    parameters,
    dataset: { provider, class: name, epoch },
    consentReference: receipt,
  }
}

/** What is asked of the provider of `table`. */
export function statementOf(
  { intentId, element }: RecordedQuestion,
  { provider, class: name, epoch, publicKey }: TablePayload,
): KeywordOtStatement {
  return { intentId, provider, class: name, epoch, publicKey, element }
}
