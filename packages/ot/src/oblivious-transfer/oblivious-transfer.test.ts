import { toHex } from '@mixun/core/bytes'
import { expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { bitAt, bitBytes } from '../base-ot/index.ts'
import {
  OT_EXTENSION_PROTOCOL,
  otExtensionParametersById,
  setUpOtReceiver,
  setUpOtSender,
} from '../ot-extension/index.ts'
import { dealtSetups } from '../testing/dealt-setups.ts'
import { sessionPair } from '../testing/sessions.ts'
import { MAX_MESSAGES, type OtReceiver, type OtSender, openOtReceiver, openOtSender } from './index.ts'

const ID = 'softspoken_k2_malicious'

async function openEnds(id = ID, seed = 'ends'): Promise<{ sender: OtSender; receiver: OtReceiver }> {
  const parameters = { ...otExtensionParametersById(id), chunkCount: 256 }
  const setups = dealtSetups(parameters, seed)
  const { client, server } = await sessionPair({ protocol: OT_EXTENSION_PROTOCOL, parameters: id, seed })
  const [sender, receiver] = await Promise.all([
    openOtSender(client, setups.sender),
    openOtReceiver(server, setups.receiver),
  ])
  return { sender, receiver }
}

function choicesOf(count: number, seed = 'choices'): Uint8Array {
  const choices = seededRandom(seed).bytes(bitBytes(count))
  const unused = 8 * choices.length - count
  choices[choices.length - 1] = (choices.at(-1) as number) & (0xff >>> unused)
  return choices
}

const part = (messages: Uint8Array, i: number, bytes: number) =>
  toHex(messages.subarray(bytes * i, bytes * (i + 1)))

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('random OT', () => {
  it.each([1, 256, 257, 700])('in chunks: %i', async count => {
    const { sender, receiver } = await openEnds()
    const [sent, received] = await Promise.all([
      collect(sender.random(count)),
      collect(receiver.random(count)),
    ])
    expect(sent.map(({ count: some }) => some)).toEqual(received.map(({ count: some }) => some))
    expect(received.reduce((sum, { count: some }) => sum + some, 0)).toBe(count)
    const wrong = received.flatMap(({ choices, messages, count: some }, chunk) =>
      Array.from({ length: some }, (_, i) => {
        const pair = sent[chunk] as (typeof sent)[number]
        const own = part(messages, i, 16)
        return own === part(bitAt(choices, i) === 1 ? pair.ones : pair.zeros, i, 16) ? [] : [i]
      }).flat(),
    )
    expect(wrong).toEqual([])
  })
})

describe('correlated OT', () => {
  it.each([1, 300])('gives pairs that differ by delta: %i', async count => {
    const { sender, receiver } = await openEnds()
    const delta = seededRandom('delta').bytes(16)
    const choices = choicesOf(count)
    const [zeros, messages] = await Promise.all([
      sender.correlated(delta, count),
      receiver.correlated(choices, count),
    ])
    expect(messages).toHaveLength(16 * count)
    const expected = zeros.map((byte, i) =>
      bitAt(choices, Math.floor(i / 16)) === 1 ? byte ^ (delta[i % 16] as number) : byte,
    )
    expect(toHex(messages)).toBe(toHex(expected))
    expect(new Set(Array.from({ length: count }, (_, i) => part(zeros, i, 16))).size).toBe(count)
  })
})

describe('chosen OT', () => {
  it.each([
    [1, 1],
    [300, 16],
    [9, 17],
    [5, 1_000],
  ])('gives the chosen messages: %i of %i bytes', async (count, messageBytes) => {
    const { sender, receiver } = await openEnds()
    const [zeros, ones] = ['zeros', 'ones'].map(name => seededRandom(name).bytes(count * messageBytes)) as [
      Uint8Array,
      Uint8Array,
    ]
    const choices = choicesOf(count)
    const [, messages] = await Promise.all([
      sender.chosen(zeros, ones, messageBytes),
      receiver.chosen(choices, count, messageBytes),
    ])
    const expected = Array.from({ length: count }, (_, i) =>
      part(bitAt(choices, i) === 1 ? ones : zeros, i, messageBytes),
    )
    expect(toHex(messages)).toBe(expected.join(''))
  })
})

describe('one of many', () => {
  it.each([
    [2, 16, [0, 1]],
    [3, 5, [2, 0, 1]],
    [100, 33, [99, 63, 64]],
    [65_536, 16, [54_321]],
  ])('of %i messages of %i bytes', async (n, messageBytes, indices) => {
    const { sender, receiver } = await openEnds()
    const databases = indices.map((_, i) => seededRandom(`database ${i}`).bytes(n * messageBytes))
    const [, messages] = await Promise.all([
      sender.oneOfMany(databases, messageBytes),
      receiver.oneOfMany(indices, n, messageBytes),
    ])
    expect(messages.map(toHex)).toEqual(
      indices.map((index, i) => part(databases[i] as Uint8Array, index, messageBytes)),
    )
  })
})

describe('calls one after the other', () => {
  it('go through one session', async () => {
    const { sender, receiver } = await openEnds('softspoken_k4_malicious')
    const choices = choicesOf(20)
    const delta = new Uint8Array(16).fill(7)
    const [first, second] = await Promise.all([
      (async () => [await sender.correlated(delta, 20), await sender.correlated(delta, 20)])(),
      (async () => [await receiver.correlated(choices, 20), await receiver.correlated(choices, 20)])(),
    ])
    expect(toHex(first[0] as Uint8Array)).not.toBe(toHex(first[1] as Uint8Array))
    expect((second[1] as Uint8Array)[0]).toBe((first[1]?.[0] as number) ^ (bitAt(choices, 0) === 1 ? 7 : 0))
    sender.end()
    receiver.end()
    await expectCodeAsync('ERR_STATE_CONSUMED', receiver.correlated(choices, 20))
  })

  it('follow a setup over the same session, and over a later one', async () => {
    const open = (seed: string) => sessionPair({ protocol: OT_EXTENSION_PROTOCOL, parameters: ID, seed })
    const { client, server } = await open('first')
    const [senderSetup, receiverSetup] = await Promise.all([setUpOtSender(client), setUpOtReceiver(server)])
    for (const session of [{ client, server }, await open('second')]) {
      const [sender, receiver] = await Promise.all([
        openOtSender(session.client, senderSetup),
        openOtReceiver(session.server, receiverSetup),
      ])
      const choices = choicesOf(10)
      const delta = new Uint8Array(16).fill(1)
      const [zeros, messages] = await Promise.all([
        sender.correlated(delta, 10),
        receiver.correlated(choices, 10),
      ])
      for (let i = 0; i < 10; i++) {
        expect((messages[16 * i] as number) ^ (zeros[16 * i] as number)).toBe(bitAt(choices, i))
      }
    }
  })
})

describe('arguments are checked before anything is sent', () => {
  it.each([0, -1, 1.5, 2 ** 32 + 1])('a count of %s: ERR_INPUT_RANGE', async count => {
    const { sender, receiver } = await openEnds()
    await expectCodeAsync('ERR_INPUT_RANGE', collect(sender.random(count)))
    await expectCodeAsync('ERR_INPUT_RANGE', collect(receiver.random(count)))
    await expectCodeAsync('ERR_INPUT_RANGE', sender.correlated(new Uint8Array(16), count))
    await expectCodeAsync('ERR_INPUT_RANGE', receiver.chosen(new Uint8Array(0), count, 16))
  })

  it('lengths', async () => {
    const { sender, receiver } = await openEnds()
    const two = new Uint8Array(32)
    await expectCodeAsync('ERR_INPUT_LENGTH', sender.correlated(two, 1))
    await expectCodeAsync('ERR_INPUT_LENGTH', sender.chosen(two, two.subarray(1), 16))
    await expectCodeAsync('ERR_INPUT_LENGTH', sender.chosen(two.subarray(1), two.subarray(1), 16))
    await expectCodeAsync('ERR_INPUT_LENGTH', sender.chosen(new Uint8Array(0), new Uint8Array(0), 16))
    await expectCodeAsync('ERR_INPUT_RANGE', sender.chosen(two, two, 0))
    await expectCodeAsync('ERR_INPUT_RANGE', sender.chosen(two, two, 65_537))
    await expectCodeAsync('ERR_INPUT_LENGTH', sender.oneOfMany([two, two.subarray(16)], 16))
    await expectCodeAsync('ERR_INPUT_RANGE', sender.oneOfMany([two.subarray(16)], 16))
    await expectCodeAsync('ERR_INPUT_LENGTH', sender.oneOfMany([], 16))
    await expectCodeAsync('ERR_INPUT_RANGE', sender.oneOfMany([new Uint8Array(MAX_MESSAGES + 1)], 1))
    await expectCodeAsync('ERR_INPUT_LENGTH', receiver.correlated(Uint8Array.of(0xff), 7))
    await expectCodeAsync('ERR_INPUT_LENGTH', receiver.chosen(Uint8Array.of(1), 9, 16))
    await expectCodeAsync('ERR_INPUT_RANGE', receiver.oneOfMany([5], 5, 16))
    await expectCodeAsync('ERR_INPUT_RANGE', receiver.oneOfMany([0], 1, 16))
  })
})
