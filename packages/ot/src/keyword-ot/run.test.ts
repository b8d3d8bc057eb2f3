import { toHex, utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import {
  evaluateInput,
  generateKeyPair,
  oprfP256Sha256,
  oprfRistretto255Sha512 as oprf,
  oprfSm2Sm3,
} from '../oprf/index.ts'
import { openSubject, verifyNone, verifyRow } from '../sealed-table/index.ts'
import { keywordOtSessions, testInquiry } from '../testing/keyword-ot.ts'
import { buildTestTable, testTableId, testTableKey } from '../testing/sealed-table.ts'
import { verifyEvaluationReceipt } from './receipt.ts'
import { type KeywordOtServerOptions, runKeywordOtClient, runKeywordOtServer } from './run.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const { table, commitment } = buildTestTable()
const now = () => 1_790_000_000_000

async function inquire(subject: string, server: Partial<KeywordOtServerOptions> = {}) {
  const sessions = await keywordOtSessions()
  const { statement, input, blind } = testInquiry(subject)
  const serving = runKeywordOtServer(sessions.server, {
    oprf,
    statement,
    key: testTableKey,
    now,
    ...server,
  })
  const result = await runKeywordOtClient(sessions.client, { oprf, statement, input, blind })
  return { ...sessions, result, served: await serving, statement }
}

describe('one inquiry', () => {
  it('opens the rows of a subject that is in the table', async () => {
    const { result } = await inquire('subject 6')
    const opened = openSubject(table, { suite: intl, commitment, output: result.output })
    expect(opened.payloads.at(1)).toEqual(utf8('second row'))
    for (const piece of opened.evidence) expect(() => verifyRow(commitment, intl, piece)).not.toThrow()
  })

  it('erases the subject that it kept, when the provider answers, lies or vanishes', async () => {
    const { statement, input, blind } = testInquiry('subject 6')
    const ends = {
      answers: { key: testTableKey },
      lies: { key: testTableKey, statement: { ...statement, intentId: new Uint8Array(16) } },
      vanishes: null,
    }
    for (const server of Object.values(ends)) {
      const sessions = await keywordOtSessions()
      let kept = new Uint8Array(0)
      // What the client keeps is its own copy.
      const traced = Object.assign(input.slice(), { slice: () => (kept = new Uint8Array(input)) })
      const asking = runKeywordOtClient(sessions.client, { oprf, statement, input: traced, blind })
      if (server === null) sessions.server.abort()
      else
        void runKeywordOtServer(sessions.server, { oprf, statement, now, ...server }).catch(() =>
          sessions.server.abort(),
        )
      await asking.catch(() => {})
      expect(kept.length).toBe(input.length)
      expect(kept.every(byte => byte === 0)).toBe(true)
    }
  })

  it('proves none for a subject that is not', async () => {
    const { result } = await inquire('subject 100')
    const opened = openSubject(table, { suite: intl, commitment, output: result.output })
    expect(opened.payloads).toEqual([])
    for (const piece of opened.evidence) {
      expect(() => verifyNone(commitment, intl, piece, piece.tag)).not.toThrow()
    }
  })

  it('looks the same on the wire whether rows are found or not', async () => {
    const [hit, miss] = [await inquire('subject 1'), await inquire('subject 100')]
    expect(hit.client.counters).toEqual(miss.client.counters)
    expect(hit.server.counters).toEqual(miss.server.counters)
    // The hello and one message each way; a kind byte in front of each.
    expect(hit.client.counters).toMatchObject({ sentFrames: 2, receivedFrames: 2 })
  })

  it('leaves both sides with one receipt, bound to the session and signed by the provider', async () => {
    const { result, served, client, server, statement } = await inquire('subject 1')
    expect(toHex(served.receipt)).toBe(toHex(result.receipt))
    expect(toHex(served.receiptSignature)).toBe(toHex(result.receiptSignature))
    const { publicKey } = client.peer
    const receipt = verifyEvaluationReceipt(intl, publicKey, result.receipt, result.receiptSignature)
    expect(receipt).toMatchObject({ ...testTableId, inquirer: 'galaxy', evaluatedAt: now() })
    expect(toHex(receipt.sessionId)).toBe(toHex(client.id))
    expect(toHex(receipt.intentId)).toBe(toHex(statement.intentId))
    expect(toHex(client.transcript.digest())).toBe(toHex(server.transcript.digest()))
  })

  it('logs durably between the proof and the evaluation', async () => {
    const log: string[] = []
    const { result } = await inquire('subject 1', {
      beforeEvaluate: async ({ requestDigest }) => {
        log.push(toHex(requestDigest))
      },
      now: () => {
        log.push('evaluated')
        return now()
      },
    })
    const { publicKey } = (await keywordOtSessions()).client.peer
    const receipt = verifyEvaluationReceipt(intl, publicKey, result.receipt, result.receiptSignature)
    expect(log).toEqual([toHex(receipt.requestDigest), 'evaluated'])
  })

  it.each([
    [intl, oprfP256Sha256],
    [sm, oprfSm2Sm3],
  ])('works in suite $id, over another group too', async (suite, other) => {
    const key = generateKeyPair(other, seededRandom(other.id), ANY_ARITHMETIC)
    const { client, server } = await keywordOtSessions(other.id, other, suite)
    const inquiry = testInquiry('subject 1', other, key)
    const { statement } = inquiry
    const serving = runKeywordOtServer(server, { oprf: other, statement, key })
    const result = await runKeywordOtClient(client, { oprf: other, ...inquiry })
    expect(toHex((await serving).receipt)).toBe(toHex(result.receipt))
    expect(toHex(result.output)).toBe(
      toHex(evaluateInput(other, 'voprf', key.secretKey, inquiry.input, ANY_ARITHMETIC)),
    )
    const { publicKey } = client.peer
    expect(verifyEvaluationReceipt(suite, publicKey, result.receipt, result.receiptSignature).provider).toBe(
      'cinda',
    )
  })
})
