import { toHex, utf8 } from '@mixun/core/bytes'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import { threadPool } from '@mixun/core/compute/threads'
import { expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'
import { sessionPair } from '../testing/sessions.ts'
import {
  blind,
  encodeEvaluateResponse,
  encodePublicKey,
  evaluateInPool,
  evaluateInput,
  evaluateWithProof,
  generateKeyPair,
  oprfSuites,
  oprfTasks,
  runOprfClient,
  runOprfServer,
} from './index.ts'
import { evaluatePartTask } from './tasks.ts'

const modules = [oprfTasks]
const threads = threadPool({ modules, threads: 2 })
const inline = inlinePool({ modules })
afterAll(() => Promise.all([threads.close(), inline.close()]))

const inputs = (count: number) => Array.from({ length: count }, (_, i) => utf8(`input ${i}`))

/** Three at once, so that parts differ in size; each result changed. */
const fakePool = (change: (output: Uint8Array) => Uint8Array, concurrency = 3): ComputePool => ({
  concurrency,
  run: (_module, _name, input) => {
    const copy = input.slice()
    return Promise.resolve().then(() => change(evaluatePartTask(copy)))
  },
  close: async () => {},
  [Symbol.asyncDispose]: async () => {},
})

describe.each(oprfSuites)('evaluation in a pool, $id', suite => {
  const key = generateKeyPair(suite, seededRandom(suite.id), ANY_ARITHMETIC)

  it('gives the bytes of evaluateWithProof, whatever pool and size', async () => {
    for (const count of [1, 17, 40]) {
      const { message } = blind(suite, 'voprf', inputs(count), seededRandom('blinds'))
      const direct = evaluateWithProof(suite, key, message, seededRandom('nonce'))
      const expected = toHex(encodeEvaluateResponse(suite, 'voprf', direct))
      for (const pool of [threads, inline, fakePool(output => output)]) {
        const response = await evaluateInPool(pool, suite, key, message, seededRandom('nonce'))
        expect(toHex(encodeEvaluateResponse(suite, 'voprf', response))).toBe(expected)
      }
    }
  })
})

describe('evaluation in a pool', () => {
  const suite = oprfSuites[0] as (typeof oprfSuites)[number]
  const key = generateKeyPair(suite, seededRandom('key'))

  it('serves a session', async () => {
    const { client, server } = await sessionPair({ protocol: 'voprf', parameters: suite.id })
    const serving = runOprfServer(server, { suite, mode: 'voprf', key, compute: threads })
    const publicKey = encodePublicKey(suite, key.publicKey)
    const options = { suite, mode: 'voprf', inputs: inputs(40), publicKey } as const
    const outputs = await runOprfClient(client, { ...options, allowWeakBatchProof: true })
    await serving
    expect(outputs.map(toHex)).toEqual(
      inputs(40).map(input => toHex(evaluateInput(suite, 'voprf', key.secretKey, input))),
    )
  })

  it('has no long task, so that one thread may do other things between', async () => {
    const { message } = blind(suite, 'voprf', inputs(150), seededRandom('blinds'))
    const sizes: number[] = []
    const pool = fakePool(output => {
      sizes.push(output.length / 32 - 1)
      return output
    }, 1)
    const response = await evaluateInPool(pool, suite, key, message, seededRandom('nonce'))
    expect(sizes).toEqual([64, 64, 22])
    const direct = evaluateWithProof(suite, key, message, seededRandom('nonce'))
    expect(toHex(encodeEvaluateResponse(suite, 'voprf', response))).toBe(
      toHex(encodeEvaluateResponse(suite, 'voprf', direct)),
    )
  })

  it('uses no part of another shape', async () => {
    const { message } = blind(suite, 'voprf', inputs(40), seededRandom('blinds'))
    for (const change of [
      (output: Uint8Array) => output.subarray(32),
      (output: Uint8Array) => new Uint8Array(output.length + 32),
      () => new Uint8Array(0),
    ]) {
      const evaluating = evaluateInPool(fakePool(change), suite, key, message, seededRandom('nonce'))
      await expectCodeAsync('ERR_COMPUTE_RESULT', evaluating)
    }
  })

  it('ends with its signal', async () => {
    const { message } = blind(suite, 'voprf', inputs(40), seededRandom('blinds'))
    const evaluating = evaluateInPool(
      threads,
      suite,
      key,
      message,
      seededRandom('nonce'),
      AbortSignal.abort(),
    )
    await expectCodeAsync('ERR_COMPUTE_ABORTED', evaluating)
  })
})
