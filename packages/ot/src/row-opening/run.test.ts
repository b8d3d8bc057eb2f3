import { toHex, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { evaluateInput, generateKeyPair, oprfRistretto255Sha512 as oprf, oprfSm2Sm3 } from '../oprf/index.ts'
import { locateSubject, type RowEvidence } from '../sealed-table/index.ts'
import { testInquiry } from '../testing/keyword-ot.ts'
import { buildTestTable, testTableId, testTableKey } from '../testing/sealed-table.ts'
import { sessionPair } from '../testing/sessions.ts'
import { verifyRowOpening } from './client.ts'
import {
  decodeRowOpeningRequest,
  decodeRowOpeningResponse,
  encodeRowOpeningRequest,
  type RowOpening,
  rowOpeningCodec,
} from './codec.ts'
import { ROW_OPENING_PROTOCOL, rowOpeningParameters, rowOpeningParametersOf } from './params.ts'
import { runRowOpeningClient, runRowOpeningServer } from './run.ts'

const { table, commitment } = buildTestTable()
const { id: parameters } = rowOpeningParametersOf(oprf)

async function open(subject: string, named = subject, key = testTableKey, protocol = ROW_OPENING_PROTOCOL) {
  const sessions = await sessionPair({ protocol, parameters, dataset: testTableId, suite: intl })
  const { statement, blind } = testInquiry(subject)
  const serving = runRowOpeningServer(sessions.server, {
    oprf,
    key,
    admit: async intentId => (toHex(intentId) === toHex(statement.intentId) ? statement.element : intentId),
  }).catch(error => {
    sessions.server.abort()
    throw error
  })
  serving.catch(() => {})
  const request = { intentId: statement.intentId, input: utf8(named), blind }
  const asking = runRowOpeningClient(sessions.client, oprf, request)
  asking.catch(() => {})
  await serving
  return asking
}

/** The evidence that an inquirer holds of a subject. */
function evidenceOf(subject: string): RowEvidence[] {
  const output = evaluateInput(oprf, 'voprf', testTableKey.secretKey, utf8(subject))
  return locateSubject(table, { suite: intl, commitment, output })
}

describe('row opening', () => {
  it('shows a third party what the table holds about a subject, and that it holds nothing', async () => {
    const verify = async (subject: string) => {
      const shown = rowOpeningCodec.decode(rowOpeningCodec.encode(await open(subject)))
      return verifyRowOpening(intl, commitment, shown, evidenceOf(subject))
    }
    expect((await verify('subject 6')).at(1)).toEqual(utf8('second row'))
    expect(await verify('subject 100')).toEqual([])
  })

  it('does not pass rows of another subject, another key or a gap for it', async () => {
    const opening = await open('subject 6')
    const verify = (shown: RowOpening, evidence: RowEvidence[]) =>
      verifyRowOpening(intl, commitment, shown, evidence)
    const own = evidenceOf('subject 6')
    expectCode('ERR_VERIFY_ROW', () => verify(opening, evidenceOf('subject 100')))
    expectCode('ERR_VERIFY_ROW', () => verify(opening, evidenceOf('subject 5')))
    expectCode('ERR_VERIFY_ROW', () => verify(opening, own.toReversed()))
    expectCode('ERR_VERIFY_ROW', () => verify(opening, own.slice(1)))
    expectCode('ERR_VERIFY_DLEQ', () => verify({ ...opening, input: utf8('subject 100') }, own))
    const foreign = await open('subject 6', 'subject 6', generateKeyPair(oprf, seededRandom('other')))
    expectCode('ERR_VERIFY_DLEQ', () => verify(foreign, own))
  })

  it('evaluates no other subject than that of the intent', async () => {
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', open('subject 6', 'subject 7'))
    const { statement, blind } = testInquiry('subject 6')
    const request = { intentId: statement.intentId, input: utf8('subject 7'), blind }
    const key = {
      ...testTableKey,
      get secretKey(): never {
        throw new Error('touched')
      },
    }
    const asked: string[] = []
    const sessions = await sessionPair({
      protocol: ROW_OPENING_PROTOCOL,
      parameters,
      dataset: testTableId,
      suite: intl,
    })
    const serving = runRowOpeningServer(sessions.server, {
      oprf,
      key,
      admit: async () => (asked.push('admitted'), statement.element),
      beforeEvaluate: async () => void asked.push('logged'),
    })
    const asking = runRowOpeningClient(sessions.client, oprf, request)
    asking.catch(() => {})
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', serving)
    sessions.server.abort()
    expect(asked).toEqual(['admitted'])
  })

  it('runs in sessions of its own only', async () => {
    await expectCodeAsync('ERR_SESSION_PROTOCOL', open('subject 6', 'subject 6', testTableKey, 'keyword-ot'))
  })

  it('refuses frames of another length', () => {
    const { statement, blind, input } = testInquiry('subject 6')
    const bytes = encodeRowOpeningRequest(oprf, { intentId: statement.intentId, input, blind })
    for (let length = 0; length < bytes.length; length++) {
      expectCode('ERR_DECODE_LENGTH', () => decodeRowOpeningRequest(oprf, bytes.subarray(0, length)))
    }
    expectCode('ERR_DECODE_TRAILING', () => decodeRowOpeningRequest(oprf, Buffer.concat([bytes, bytes])))
    expectCode('ERR_DECODE_LENGTH', () => decodeRowOpeningResponse(oprf, new Uint8Array(95)))
    expectCode('ERR_DECODE_TRAILING', () =>
      decodeRowOpeningResponse(oprf, Buffer.concat([new Uint8Array(97)])),
    )
  })

  it('has parameters for every OPRF, and a name for none else', () => {
    expect(rowOpeningParameters).toHaveLength(3)
    expect(rowOpeningParametersOf(oprfSm2Sm3).id).toBe('rowopening_SM2-SM3')
    expectCode('ERR_PARAMETER_UNKNOWN', () => rowOpeningParametersOf({ ...oprf }))
  })
})
