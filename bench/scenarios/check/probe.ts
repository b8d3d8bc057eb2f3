import { fromHex } from '@mixun/core/bytes'
import type { Subject } from '@mixun/core/domain'
import { systemRandom as random } from '@mixun/core/random'
import { type ConsentId, type Mixun } from '@mixun/sdk'
import { Consortium, commitmentOf, intentContext } from '@mixun/sdk/consortium'
import { combineBlind, rerandomize } from '@mixun/ot/consent-blinding'
import { KEYWORD_OT_PROTOCOL, keywordOtParametersById, runKeywordOtClient } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import {
  basisDigest,
  type IntentPayload,
  type OutcomeResult,
  type TablePayload,
} from '@mixun/ledger-adapter/ledger'
import { openHome } from '../../harness/consortium/passphrase.ts'
import type { ProbedEvaluation } from './messages.ts'

/**
 * One inquiry made by hand, as the sdk makes it but for one party after the other, so that each session can be timed
 * and counted alone. It opens no row.
 */
export async function probe(
  home: string,
  mixun: Mixun,
  subject: Subject,
  consentId: ConsentId,
): Promise<ProbedEvaluation[]> {
  const consortium = Consortium.open(openHome(home))
  try {
    await consortium.sync()
    const { partyId } = consortium.home.identity
    const asked = consortium.registry
      .currentTables()
      .filter(table => table.provider !== partyId)
      .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    const registered = mixun.consents.find(consentId)
    const { receipt: consent } = registered
    const { opening } = registered.reveal()
    const intentId = random.bytes(16)
    const context = intentContext(intentId, fromHex(consentId), partyId)
    const oprf = oprfSuiteOf(consortium.home.identity.suite.id)
    const { element, factor, proof } = rerandomize(oprf, context, consent.commitment, random)
    const basis = { salt: random.bytes(32), consentId: fromHex(consentId), rerandomizationProof: proof }
    const intent: IntentPayload = {
      intentId,
      basis: basisDigest(consortium.home.identity.suite, basis),
      inquirer: partyId,
      element,
      classes: [...consent.classes],
      asked: asked.map(({ provider, class: recordClass, epoch }) => ({
        provider,
        class: recordClass,
        epoch,
      })),
      purpose: consent.purpose,
      expiresAt: Date.now() + 300_000,
      // One point a table, by the rules of the bench's consortium.
      price: asked.length,
      isBought: false,
      versions: asked.map(({ version }) => version),
    }
    const { intentReceipt } = await consortium.append('intent', intent, { basis })
    const question = {
      intentId,
      element,
      receipt: intentReceipt as Uint8Array,
      input: subject.encode(),
      blind: combineBlind(oprf, factor, opening),
    }
    const probed = []
    const results: OutcomeResult[] = []
    for (const table of asked) {
      const { evaluation, result } = await evaluate(consortium, table, question)
      probed.push(evaluation)
      results.push(result)
    }
    await consortium.append('outcome', { intentId, results })
    return probed
  } finally {
    await consortium.close()
  }
}

interface Question {
  readonly intentId: Uint8Array
  readonly element: Uint8Array
  readonly receipt: Uint8Array
  readonly input: Uint8Array
  readonly blind: Uint8Array
}

async function evaluate(
  consortium: Consortium,
  table: TablePayload,
  { intentId, element, receipt, input, blind }: Question,
): Promise<{ evaluation: ProbedEvaluation; result: OutcomeResult }> {
  const { provider, class: recordClass, epoch, publicKey } = commitmentOf(table)
  const dataset = { provider, class: recordClass, epoch }
  const oprf = oprfSuiteOf(consortium.home.identity.suite.id)
  const startedAt = performance.now()
  const session = await consortium.openSession(provider, {
    protocol: KEYWORD_OT_PROTOCOL,
    parameters: keywordOtParametersById(`keywordot_${oprf.identifier}`).id,
    dataset,
    consentReference: receipt,
  })
  const statement = { intentId, ...dataset, publicKey, element }
  const evaluated = await runKeywordOtClient(session, { oprf, statement, input, blind })
  await session.close()
  const ms = performance.now() - startedAt
  return {
    evaluation: { provider, ms, ...session.counters },
    result: {
      provider,
      class: table.class,
      status: 'evaluated',
      code: null,
      receipt: evaluated.receipt,
      receiptSignature: evaluated.receiptSignature,
    },
  }
}

const nameOf = ({ provider, class: recordClass }: TablePayload) => `${provider}/${recordClass}`
