import { fromHex } from '@mixun/core/bytes'
import type { Subject } from '@mixun/core/domain'
import { systemRandom as random } from '@mixun/core/random'
import { basisDigest, type IntentPayload, type TablePayload } from '@mixun/ledger-adapter/ledger'
import { combineBlind, rerandomize } from '@mixun/ot/consent-blinding'
import { KEYWORD_OT_PROTOCOL, keywordOtParametersById, runKeywordOtClient } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { ConsentId, Mixun } from '@mixun/sdk'
import { type Consortium, commitmentOf, intentContext } from '@mixun/sdk/consortium'

const INTENT_MS = 3_600_000
const IN_FLIGHT = 32

interface Question {
  readonly intentId: Uint8Array
  readonly element: Uint8Array
  readonly receipt: Uint8Array
  readonly blind: Uint8Array
}

/** Intents on record that ask one table, each for one check; made ahead, as one buys one evaluation. */
export class Questions {
  readonly #consortium: Consortium
  readonly #table: TablePayload
  readonly #input: Uint8Array
  readonly #consent: ReturnType<Mixun['consents']['find']>
  readonly #consentId: Uint8Array
  readonly #stock: Question[] = []

  constructor(
    consortium: Consortium,
    mixun: Mixun,
    consentId: ConsentId,
    subject: Subject,
    table: TablePayload,
  ) {
    this.#consortium = consortium
    this.#table = table
    this.#input = subject.encode()
    this.#consent = mixun.consents.find(consentId)
    this.#consentId = fromHex(consentId)
  }

  get left(): number {
    return this.#stock.length
  }

  /** Puts `count` more intents on record. */
  async make(count: number): Promise<void> {
    let left = count
    const lane = async () => {
      while (left-- > 0) this.#stock.push(await this.#makeOne())
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  }

  /** One check of one table: session, hello, evaluation, proof. @returns what the session carried */
  async ask(): Promise<{ sentBytes: number; receivedBytes: number }> {
    const question = this.#stock.pop()
    if (question === undefined) throw new Error('no intent is left')
    const { provider, class: recordClass, epoch, publicKey } = commitmentOf(this.#table)
    const dataset = { provider, class: recordClass, epoch }
    const { intentId, element, receipt, blind } = question
    const oprf = oprfSuiteOf(this.#consortium.home.identity.suite.id)
    const session = await this.#consortium.openSession(provider, {
      protocol: KEYWORD_OT_PROTOCOL,
      parameters: keywordOtParametersById(`keywordot_${oprf.identifier}`).id,
      dataset,
      consentReference: receipt,
    })
    const statement = { intentId, ...dataset, publicKey, element }
    await runKeywordOtClient(session, { oprf, statement, input: this.#input, blind })
    await session.close()
    const { sentBytes, receivedBytes } = session.counters
    return { sentBytes, receivedBytes }
  }

  async #makeOne(): Promise<Question> {
    const { partyId, suite } = this.#consortium.home.identity
    const oprf = oprfSuiteOf(suite.id)
    const intentId = random.bytes(16)
    const context = intentContext(intentId, this.#consentId, partyId)
    const { receipt: consent } = this.#consent
    const { opening } = this.#consent.reveal()
    const { element, factor, proof } = rerandomize(oprf, context, consent.commitment, random)
    const { provider, class: recordClass, epoch } = this.#table
    const basis = { salt: random.bytes(32), consentId: this.#consentId, rerandomizationProof: proof }
    const intent: IntentPayload = {
      intentId,
      basis: basisDigest(suite, basis),
      inquirer: partyId,
      element,
      classes: [recordClass],
      asked: [{ provider, class: recordClass, epoch }],
      purpose: consent.purpose,
      expiresAt: Date.now() + INTENT_MS,
      // One point a table, by the rules of the bench's consortium.
      price: 1,
      isBought: false,
      versions: [this.#table.version],
    }
    const { intentReceipt } = await this.#consortium.append('intent', intent, { basis })
    return {
      intentId,
      element,
      receipt: intentReceipt as Uint8Array,
      blind: combineBlind(oprf, factor, opening),
    }
  }
}
