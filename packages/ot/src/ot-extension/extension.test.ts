import { toHex, utf8 } from '@mixun/core/bytes'
import { type Gf2KernelFactory, referenceGf2, wasmGf2 } from '@mixun/core/gf2'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { bitAt } from '../base-ot/index.ts'
import { dealtBaseOts, dealtSetups } from '../testing/dealt-setups.ts'
import { iknp } from '../testing/iknp.ts'
import {
  chunkCounts,
  decodeChunk,
  decodeTrees,
  encodeChunk,
  encodeTrees,
  ExtensionReceiver,
  ExtensionSender,
  MAX_OT_COUNT,
  type OtExtensionParameters,
  otExtensionParameters,
  otExtensionParametersById,
  type ReceivedOts,
  type SentOts,
} from './index.ts'
import { childrenOf, leafCheck, leafSeed, treeSalt } from './derive.ts'
import { chunkRows } from './params.ts'
import { growTrees } from './trees.ts'

const tag = utf8('tag of a session')
/** Small chunks, so that the slow kernel serves too. */
const small = (id: string): OtExtensionParameters => ({ ...otExtensionParametersById(id), chunkCount: 384 })

function openPair(
  parameters: OtExtensionParameters,
  seed = 'pair',
  makers: readonly [Gf2KernelFactory, Gf2KernelFactory] = [wasmGf2, wasmGf2],
) {
  const setups = dealtSetups(parameters, seed)
  return {
    setups,
    sender: new ExtensionSender(setups.sender, tag, makers[0]),
    receiver: new ExtensionReceiver(setups.receiver, tag, makers[1]),
  }
}

function extendBoth({ sender, receiver }: ReturnType<typeof openPair>, count: number) {
  const { ots: received, message, index } = receiver.extend(count)
  const bytes = encodeChunk(receiver.parameters, index, count, message)
  return {
    received,
    sent: sender.extend(count, decodeChunk(sender.parameters, index, count, bytes)),
    bytes,
  }
}

/** Instances in which the receiver's message is not the one of its choice; and how many messages differ at all. */
function judge(sent: SentOts, received: ReceivedOts) {
  const block = (blocks: Uint8Array, i: number) => toHex(blocks.subarray(16 * i, 16 * i + 16))
  const wrong: number[] = []
  const seen = new Set<string>()
  for (let i = 0; i < received.count; i++) {
    const pair = [block(sent.zeros, i), block(sent.ones, i)] as const
    if (block(received.messages, i) !== pair[bitAt(received.choices, i) as 0 | 1]) wrong.push(i)
    for (const message of pair) seen.add(message)
  }
  return { wrong, distinct: seen.size }
}

describe.each(otExtensionParameters.map(({ id }) => id))('%s', id => {
  it.each([1, 127, 128, 129, 384])('extends: %i OTs, twice', count => {
    const pair = openPair(small(id))
    for (let round = 0; round < 2; round++) {
      const { sent, received } = extendBoth(pair, count)
      expect(judge(sent, received)).toEqual({ wrong: [], distinct: 2 * count })
      expect(received.messages).toHaveLength(16 * count)
      expect(received.choices).toHaveLength(Math.ceil(count / 8))
      expect((received.choices.at(-1) as number) >> (((count - 1) & 7) + 1)).toBe(0)
    }
  })

  it('gives the same with both kernels', () => {
    const wasm = openPair(small(id))
    const mixed = openPair(small(id), 'pair', [referenceGf2, referenceGf2])
    for (const count of [130, 5]) {
      const [one, other] = [extendBoth(wasm, count), extendBoth(mixed, count)]
      expect(toHex(one.bytes) === toHex(other.bytes)).toBe(true)
      expect(toHex(one.sent.zeros) === toHex(other.sent.zeros)).toBe(true)
      expect(toHex(one.sent.ones) === toHex(other.sent.ones)).toBe(true)
      expect(toHex(one.received.messages) === toHex(other.received.messages)).toBe(true)
    }
  })

  it('never repeats a message over chunks and sessions', () => {
    const parameters = small(id)
    const { sender, receiver } = dealtSetups(parameters, 'sessions')
    const messages = new Set<string>()
    for (const name of ['one', 'two']) {
      const sides = {
        setups: { sender, receiver },
        sender: new ExtensionSender(sender, utf8(name), wasmGf2),
        receiver: new ExtensionReceiver(receiver, utf8(name), wasmGf2),
      }
      for (let round = 0; round < 2; round++) {
        const { sent } = extendBoth(sides, 10)
        for (let i = 0; i < 10; i++) messages.add(toHex(sent.zeros.subarray(16 * i, 16 * i + 16)))
      }
    }
    expect(messages.size).toBe(40)
  })

  it('has a full chunk in a frame of 1 MiB', () => {
    const parameters = otExtensionParametersById(id)
    const rows = chunkRows(parameters, parameters.chunkCount)
    expect((rows / 8) * (parameters.trees - 1) + 2_068 + 64).toBeLessThan(2 ** 20)
    expect(parameters.chunkCount % 128).toBe(0)
  })
})

describe('k = 1, semi-honest', () => {
  it('is IKNP, under as many keys of the hash as there are rows for', () => {
    const count = 2_304
    const parameters = { ...small('softspoken_k1_semihonest'), chunkCount: count }
    const reference = iknp(parameters, dealtBaseOts('pair'), tag, count)
    const { sent, received } = extendBoth(openPair(parameters), count)
    const blocks = (bytes: Uint8Array) =>
      Array.from({ length: count }, (_, i) => toHex(bytes.slice(16 * i, 16 * i + 16)))
    expect(Array.from({ length: count }, (_, i) => bitAt(received.choices, i))).toEqual(reference.choices)
    expect(blocks(received.messages)).toEqual(reference.received.map(toHex))
    expect(blocks(sent.zeros)).toEqual(reference.zeros.map(toHex))
    expect(blocks(sent.ones)).toEqual(reference.ones.map(toHex))
  })
})

describe('a setup', () => {
  it('hides one leaf a tree: the sender holds all others', () => {
    for (const id of ['softspoken_k2_malicious', 'softspoken_k4_semihonest']) {
      const parameters = small(id)
      const { sender, receiver } = dealtSetups(parameters, 'leaves')
      const all = receiver.sessionSeeds(tag)
      const own = sender.sessionSeeds(tag)
      for (let tree = 0; tree < parameters.trees; tree++) {
        const bits = Array.from({ length: parameters.k }, (_, t) =>
          bitAt(sender.delta, parameters.k * tree + t),
        )
        const missing = bits.reduce((sum, bit, t) => sum + bit * 2 ** t, 0)
        for (let x = 0; x < 2 ** parameters.k; x++) {
          const isSame = toHex(own[tree]?.[x ^ missing] as Uint8Array) === toHex(all[tree]?.[x] as Uint8Array)
          expect(isSame).toBe(x !== missing)
        }
      }
    }
  })

  it('has trees of its own, even from the same base OTs', () => {
    const parameters = small('softspoken_k4_malicious')
    const { pairs } = dealtBaseOts('alike')
    // All trees of one setup from one block, and another setup from the same.
    const base = { zeros: pairs.zeros.map((_, i) => i & 15), ones: pairs.ones.map((_, i) => 16 | (i & 15)) }
    const seeds = ['one setup', 'another'].flatMap(id => growTrees(parameters, utf8(id), base).leaves.flat())
    expect(new Set(seeds.map(toHex)).size).toBe(2 * parameters.trees * 2 ** parameters.k)
    const salt = treeSalt(utf8('one setup'), 0)
    const node = new Uint8Array(16)
    const outputs = [...childrenOf(salt, node), leafSeed(salt, node), leafCheck(salt, node).slice(0, 16)]
    expect(new Set(outputs.map(toHex)).size).toBe(4)
  })

  it('ends all its sessions when it is burnt in one: ERR_STATE_CONSUMED', () => {
    const parameters = small('softspoken_k2_malicious')
    for (const role of ['sender', 'receiver'] as const) {
      const one = openPair(parameters)
      const { sender, receiver } = one.setups
      const other = {
        setups: one.setups,
        sender: new ExtensionSender(sender, utf8('other'), wasmGf2),
        receiver: new ExtensionReceiver(receiver, utf8('other'), wasmGf2),
      }
      extendBoth(other, 5)
      const { message } = other.receiver.extend(5)
      if (role === 'receiver') {
        one.receiver.burn()
        expectCode('ERR_STATE_CONSUMED', () => other.receiver.extend(5))
        continue
      }
      const forged = one.receiver.extend(5).message
      const proof = { u: new Uint8Array(16), v: new Uint8Array(2_048) }
      expectCode('ERR_VERIFY_OT_EXTENSION', () => one.sender.extend(5, { ...forged, proof }))
      expectCode('ERR_STATE_CONSUMED', () => other.sender.extend(5, message))
    }
  })

  it('takes a tag once, and none after it was burnt: ERR_STATE_CONSUMED', () => {
    const { sender, receiver } = dealtSetups(small('softspoken_k2_malicious'), 'tags')
    for (const setup of [sender, receiver]) {
      setup.sessionSeeds(tag)
      expectCode('ERR_STATE_CONSUMED', () => setup.sessionSeeds(tag))
      setup.sessionSeeds(utf8('fresh'))
      expect(setup.isUsable).toBe(true)
      setup.burn()
      expect(setup.isUsable).toBe(false)
      expectCode('ERR_STATE_CONSUMED', () => setup.sessionSeeds(utf8('fresher')))
    }
    expect(sender.delta).toEqual(new Uint8Array(16))
  })

  it('has messages of one length', () => {
    for (const { id } of otExtensionParameters) {
      const parameters = small(id)
      let bytes: Uint8Array = new Uint8Array(0)
      dealtSetups(parameters, 'codec', message => {
        bytes = encodeTrees(parameters, message)
        return decodeTrees(parameters, bytes)
      })
      expectCode('ERR_DECODE_TRAILING', () => decodeTrees(parameters, Uint8Array.of(...bytes, 0)))
      const cut = () => decodeTrees(parameters, bytes.subarray(1))
      if (bytes.length > 0) expectCode('ERR_DECODE_LENGTH', cut)
    }
  })
})

describe('a session', () => {
  const parameters = small('softspoken_k2_malicious')

  it.each([0, -1, 1.5, 385, Number.NaN])('has no chunk of %s OTs: ERR_INPUT_RANGE', count => {
    const { receiver } = openPair(parameters)
    expectCode('ERR_INPUT_RANGE', () => receiver.extend(count))
    if (count !== 385) expectCode('ERR_INPUT_RANGE', () => chunkCounts(parameters, count))
  })

  it('cuts a count into chunks', () => {
    expect([...chunkCounts(parameters, 1)]).toEqual([1])
    expect([...chunkCounts(parameters, 768)]).toEqual([384, 384])
    expect([...chunkCounts(parameters, 770)]).toEqual([384, 384, 2])
    expectCode('ERR_INPUT_RANGE', () => chunkCounts(parameters, MAX_OT_COUNT + 1))
  })

  it('goes no further when it has ended: ERR_STATE_CONSUMED', () => {
    const pair = openPair(parameters)
    const { message } = pair.receiver.extend(5)
    pair.receiver.end()
    pair.sender.end()
    expectCode('ERR_STATE_CONSUMED', () => pair.receiver.extend(5))
    expectCode('ERR_STATE_CONSUMED', () => pair.sender.extend(5, message))
    // An end is no abort: the setup serves on.
    expect(pair.setups.sender.isUsable).toBe(true)
  })

  it('takes the chunk that comes next, whole', () => {
    const { receiver } = openPair(parameters)
    const { message, index } = receiver.extend(5)
    const bytes = encodeChunk(parameters, index, 5, message)
    expectCode('ERR_DECODE_SCHEMA', () => decodeChunk(parameters, 1, 5, bytes))
    expectCode('ERR_DECODE_LENGTH', () => decodeChunk(parameters, 0, 5, bytes.subarray(1)))
    expectCode('ERR_DECODE_LENGTH', () => decodeChunk(parameters, 0, 129, bytes))
    expectCode('ERR_DECODE_TRAILING', () => decodeChunk(parameters, 0, 5, Uint8Array.of(...bytes, 0)))
    expectCode('ERR_INPUT_RANGE', () => encodeChunk(parameters, 0, 5, { ...message, proof: null }))
  })

  it('is known by its parameters', () => {
    expect(otExtensionParameters).toHaveLength(6)
    expectCode('ERR_PARAMETER_UNKNOWN', () => otExtensionParametersById('softspoken_k3_malicious'))
  })
})
