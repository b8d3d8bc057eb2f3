import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { generateKeyPair, oprfP256Sha256, oprfRistretto255Sha512 as oprf } from '../oprf/index.ts'
import { badElements } from '../testing/bad-encodings.ts'
import { keywordOtSessions, testInquiry } from '../testing/keyword-ot.ts'
import { testTableId, testTableKey } from '../testing/sealed-table.ts'
import { serveOrRefuse, sessionPair } from '../testing/sessions.ts'
import { type KeywordOtServerOptions, runKeywordOtClient, runKeywordOtServer } from './run.ts'

const now = () => 1_790_000_000_000

/** Sends raw bytes as a request; gives the provider's error after the inquirer was told its code. */
async function sendRaw(bytes: Uint8Array, changes: Partial<KeywordOtServerOptions> = {}): Promise<unknown> {
  const { client, server } = await keywordOtSessions()
  const { statement } = testInquiry('subject 1')
  await client.send(bytes)
  const error = await serveOrRefuse(
    server,
    runKeywordOtServer(server, { oprf, statement, key: testTableKey, now, ...changes }),
  )
  const refusal = await expectCodeAsync('ERR_PEER_REFUSED', client.receive())
  expect(refusal.details.peerCode).toBe((error as { code?: string }).code)
  return error
}

/** A request recorded from the wire of an honest run. */
async function recordRequest(subject: string): Promise<Uint8Array> {
  const { client, server } = await keywordOtSessions('recorded')
  const { statement, input, blind } = testInquiry(subject)
  const running = runKeywordOtClient(client, { oprf, statement, input, blind })
  const request = await server.receive()
  await server.refuse(undefined)
  await expectCodeAsync('ERR_PEER_REFUSED', running)
  return request
}

describe('what a provider refuses before its key is touched', () => {
  // A key that throws when it is read.
  const untouchable = {
    publicKey: testTableKey.publicKey,
    get secretKey(): never {
      throw new Error('the secret key was touched')
    },
  }

  it('a wrong proof of ρ', async () => {
    const request = await recordRequest('subject 1')
    request[40] = (request[40] as number) ^ 1
    const error = await sendRaw(request, { key: untouchable })
    expectCode('ERR_VERIFY_BLINDING', () => {
      throw error
    })
  })

  it('a request recorded in another session', async () => {
    const error = await sendRaw(await recordRequest('subject 1'), { key: untouchable })
    expectCode('ERR_VERIFY_BLINDING', () => {
      throw error
    })
  })

  it('an element that is not of the recorded subject', async () => {
    const { client, server } = await keywordOtSessions()
    const other = testInquiry('subject 2')
    const running = runKeywordOtClient(client, { oprf, ...other })
    const { statement } = testInquiry('subject 1')
    const options = {
      oprf,
      statement: { ...statement, intentId: other.statement.intentId },
      key: untouchable,
    }
    const error = await serveOrRefuse(server, runKeywordOtServer(server, options))
    expectCode('ERR_VERIFY_BLINDING', () => {
      throw error
    })
    await expectCodeAsync('ERR_PEER_REFUSED', running)
  })

  it.each(Object.entries(badElements.ristretto255 ?? {}))('an element: %s', async (_, bad) => {
    const request = new Uint8Array(96)
    request.set(bad)
    const error = await sendRaw(request, { key: untouchable })
    expectCode('ERR_DECODE_ELEMENT', () => {
      throw error
    })
  })

  it('truncated and oversize requests', async () => {
    const request = await recordRequest('subject 1')
    const short = await sendRaw(request.subarray(0, 95), { key: untouchable })
    expectCode('ERR_DECODE_LENGTH', () => {
      throw short
    })
    const long = await sendRaw(Uint8Array.of(...request, 0), { key: untouchable })
    expectCode('ERR_DECODE_TRAILING', () => {
      throw long
    })
  })

  it('whatever its log cannot hold', async () => {
    const { client, server } = await keywordOtSessions()
    const inquiry = testInquiry('subject 1')
    const running = runKeywordOtClient(client, { oprf, ...inquiry })
    const refusing = runKeywordOtServer(server, {
      oprf,
      statement: inquiry.statement,
      key: untouchable,
      beforeEvaluate: async () => fail('ERR_INTENT_REPLAYED', 'seen before'),
    })
    const error = await serveOrRefuse(server, refusing)
    expectCode('ERR_INTENT_REPLAYED', () => {
      throw error
    })
    const refusal = await expectCodeAsync('ERR_PEER_REFUSED', running)
    expect(refusal.details.peerCode).toBe('ERR_INTENT_REPLAYED')
  })

  it('a session about another table, provider, protocol or parameter set', async () => {
    const { statement, input, blind } = testInquiry('subject 1')
    const parameters = 'keywordot_ristretto255-SHA512'
    const refusedOnBothSides = async ({ client, server }: { client: Session; server: Session }) => {
      const running = runKeywordOtClient(client, { oprf, statement, input, blind })
      await expectCodeAsync('ERR_SESSION_PROTOCOL', running)
      const serving = runKeywordOtServer(server, { oprf, statement, key: untouchable })
      await expectCodeAsync('ERR_SESSION_PROTOCOL', serving)
    }
    const protocol = 'keyword-ot'
    await refusedOnBothSides(await sessionPair({ protocol, parameters }))
    const nextEpoch = { ...testTableId, epoch: 8 }
    await refusedOnBothSides(await sessionPair({ protocol, parameters, dataset: nextEpoch }))
    await refusedOnBothSides(
      await sessionPair({ protocol, parameters, dataset: testTableId, server: 'dongxing' }),
    )
    await refusedOnBothSides(await sessionPair({ protocol: 'table-sync', parameters, dataset: testTableId }))
    await refusedOnBothSides(await keywordOtSessions('P-256', oprfP256Sha256))
  })
})

describe('what an inquirer refuses', () => {
  async function answerWith(respond: (server: Session) => Promise<unknown>) {
    const { client, server } = await keywordOtSessions()
    const serving = respond(server)
    const running = runKeywordOtClient(client, { oprf, ...testInquiry('subject 1') })
    return { serving, running }
  }

  it('an evaluation with the key of another epoch', async () => {
    const other = generateKeyPair(oprf, seededRandom('epoch 8'))
    const { statement } = testInquiry('subject 1')
    const key = { secretKey: other.secretKey, publicKey: testTableKey.publicKey }
    const { serving, running } = await answerWith(server =>
      runKeywordOtServer(server, { oprf, statement, key, now }),
    )
    await expectCodeAsync('ERR_VERIFY_DLEQ', running)
    await serving
  })

  it('truncated, oversize and identity answers', async () => {
    const answers: [number, 'ERR_DECODE_LENGTH' | 'ERR_DECODE_TRAILING' | 'ERR_DECODE_ELEMENT'][] = [
      [0, 'ERR_DECODE_LENGTH'],
      [167, 'ERR_DECODE_LENGTH'],
      [169, 'ERR_DECODE_TRAILING'],
      [168, 'ERR_DECODE_ELEMENT'],
    ]
    for (const [length, code] of answers) {
      const { running } = await answerWith(async server => {
        await server.receive()
        await server.send(new Uint8Array(length))
      })
      await expectCodeAsync(code, running)
    }
  })

  it('to ask with a subject or blind that is not the recorded one: nothing is sent', async () => {
    const { client } = await keywordOtSessions()
    const { statement, input } = testInquiry('subject 1')
    const { blind } = testInquiry('subject 2')
    const running = runKeywordOtClient(client, { oprf, statement, input, blind })
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', running)
    expect(client.counters.sentFrames).toBe(1)
  })
})
