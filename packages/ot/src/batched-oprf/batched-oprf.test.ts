import { toHex, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { insecureRandomBand32 } from '../okvs/params.ts'
import { dealtSetups } from '../testing/dealt-setups.ts'
import { sessionPair } from '../testing/sessions.ts'
import { hashOutputs } from './digests.ts'
import {
  batchedOprfParameters,
  batchedOprfParametersById,
  type BatchedOprfParameters,
  digestItems,
  evaluateBatch,
  receiverCapacity,
  runBatchedOprfReceiver,
  runBatchedOprfSender,
} from './index.ts'
import { storeItems } from './receiver.ts'

const tag = seededRandom('tag').bytes(32)
const items = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => utf8(`item ${from + i}`))

async function run(parameters: BatchedOprfParameters, seed: string) {
  const { sender, receiver } = dealtSetups(parameters.vole.extension, seed)
  const { client, server } = await sessionPair({ protocol: 'oprf-batch', parameters: parameters.id, seed })
  const digests = digestItems(tag, items(0, 60))
  const [outputs, key] = await Promise.all([
    runBatchedOprfReceiver(client, receiver, parameters, digests),
    runBatchedOprfSender(server, sender, parameters, 60),
  ])
  return { outputs, key }
}

const rowsOf = (outputs: Uint8Array) =>
  Array.from({ length: outputs.length / 32 }, (_, i) => toHex(outputs.subarray(32 * i, 32 * i + 32)))

describe.each(batchedOprfParameters)('$id', parameters => {
  it('gives both sides the same outputs of the same items, and others of others', async () => {
    const { outputs, key } = await run(parameters, 'one')
    const theirs = rowsOf(evaluateBatch(key, digestItems(tag, items(30, 100))))
    expect(theirs.slice(0, 30)).toEqual(rowsOf(outputs).slice(30))
    expect(new Set([...theirs, ...rowsOf(outputs)]).size).toBe(100)
  })

  it('is another function in every run', async () => {
    const [first, second] = [await run(parameters, 'one'), await run(parameters, 'two')]
    const all = new Set([...rowsOf(first.outputs), ...rowsOf(second.outputs)])
    expect(all.size).toBe(120)
  })
})

it('hashes outputs as its definition says', () => {
  const random = seededRandom('outputs')
  const [elements, coin, digests] = [random.bytes(32), random.bytes(16), random.bytes(64)]
  const [first] = rowsOf(hashOutputs(elements, coin, digests))
  const sum = elements.subarray(0, 16).map((byte, i) => byte ^ (coin[i] as number))
  expect(first).toBe(toHex(intl.hash(utf8('mxboprf'), sum, digests.subarray(0, 32))))
})

it('refuses items that repeat: ERR_INPUT_DUPLICATE, and unknown parameters: ERR_PARAMETER_UNKNOWN', () => {
  const parameters = batchedOprfParametersById('batchedoprf_rr22_malicious')
  const digests = digestItems(tag, [...items(0, 9), ...items(4, 5)])
  expectCode('ERR_INPUT_DUPLICATE', () => storeItems(parameters, digests, seededRandom('store')))
  expectCode('ERR_PARAMETER_UNKNOWN', () => batchedOprfParametersById('batchedoprf_kkrt'))
  expect(receiverCapacity(parameters, 1_000)).toBe(1_356)
})

it('passes on that no store was found: ERR_OKVS_ENCODE', () => {
  // One encoding of seven fails with so narrow a band.
  const okvs = { ...insecureRandomBand32, seeds: 1 }
  const parameters = { ...batchedOprfParametersById('batchedoprf_rr22_malicious'), okvs }
  const digests = digestItems(tag, items(0, 2_000))
  const random = seededRandom('narrow')
  expectCode('ERR_OKVS_ENCODE', () => {
    for (let attempt = 0; attempt < 60; attempt++) storeItems(parameters, digests, random)
  })
})
