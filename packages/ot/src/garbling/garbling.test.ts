import { createCipheriv } from 'node:crypto'
import { aes128Permutation } from '@mixun/core/aes'
import { concat, toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { expectCode, seededRandom } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyWords, viewBytes } from '../blocks/words.ts'
import {
  AES128_ROUND_KEY_BITS,
  add,
  aes128,
  aes128RoundKeys,
  andCount,
  type Bit,
  bitsOfBytes,
  bytesOfBits,
  type Circuit,
  CircuitBuilder,
  evaluateBits,
  isAtLeast,
  ONE,
  SM4_ROUND_KEY_BITS,
  sm4,
  sm4RoundKeys,
  ZERO,
} from '../circuits/index.ts'
import { garblingAttacks, selectiveFailure } from '../testing/adversary/garbling.ts'
import { decodeGarbled, encodeGarbled, garbledBytes } from './codec.ts'
import { decodeOutputs, evaluateGarbled, outputShares } from './evaluate.ts'
import { type GarbleOptions, garble, selectLabels } from './garble.ts'
import { hashLabels, LabelHash } from './label-hash.ts'
import type { GarbledCircuit } from './messages.ts'

const bits = (random: { bytes(n: number): Uint8Array }, count: number) =>
  random.bytes(count).map(byte => byte & 1)

/** Garbles, goes through bytes, evaluates and decodes. */
function run(circuit: Circuit, inputs: Uint8Array, options: GarbleOptions): Uint8Array {
  const { state, message } = garble(circuit, options)
  const received = decodeGarbled(circuit, encodeGarbled(message))
  const labels = selectLabels(state.inputs.take(), 0, inputs)
  return decodeOutputs(circuit, received, evaluateGarbled(circuit, received, labels))
}

/** An adder and a comparison of eight bits with a constant, 15 + 8 AND gates at several depths. */
function smallCircuit(): Circuit {
  const builder = new CircuitBuilder()
  const [a, b] = [builder.input(8), builder.input(8)]
  const keys = builder.constants(8)
  const keyed = a.map((bit, i) => builder.flip(bit, keys[i] as number))
  const total = add(builder, keyed, b)
  return builder.build('small', [...total, isAtLeast(builder, total, a), ONE, builder.not(a[0] as Bit)])
}

describe('a garbled gate', () => {
  const gates: Record<string, (c: CircuitBuilder, a: Bit, b: Bit, k: number) => Bit> = {
    xor: (c, a, b) => c.xor(a, b),
    and: (c, a, b) => c.and(a, b),
    not: (c, a) => c.not(a),
    flip: (c, a, _, k) => c.flip(a, k),
    'and of flipped wires': (c, a, b, k) => c.and(c.flip(a, k), c.not(b)),
    'and with a constant': (c, a, _, k) => c.and(a, c.flip(ZERO, k)),
    'known bits': () => ONE,
  }

  it.each(Object.entries(gates))('%s is what the plain gate is', (name, gate) => {
    const builder = new CircuitBuilder()
    const [a, b] = builder.input(2) as [Bit, Bit]
    const [k] = builder.constants(1) as [number]
    const circuit = builder.build(name, [gate(builder, a, b, k)])
    for (let run_ = 0; run_ < 64; run_++) {
      const inputs = Uint8Array.of(run_ & 1, (run_ >> 1) & 1)
      const constants = Uint8Array.of((run_ >> 2) & 1)
      const random = seededRandom(`${name} ${run_}`)
      const expected = evaluateBits(circuit, inputs, constants)
      expect([...run(circuit, inputs, { constants, random })]).toEqual([...expected])
    }
  })
})

describe('a garbled circuit', () => {
  it('is what the plain circuit is, for any circuit', () => {
    const gate = fc.record({ kind: fc.nat(3), left: fc.nat(), right: fc.nat() })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(gate, { maxLength: 60 }),
        fc.string(),
        (inputs, gates, seed) => {
          const builder = new CircuitBuilder()
          const wires: Bit[] = [...builder.input(inputs), ZERO, ONE]
          const [k] = builder.constants(1) as [number]
          for (const { kind, left, right } of gates) {
            const [a, b] = [wires[left % wires.length], wires[right % wires.length]] as [Bit, Bit]
            const make = [
              () => builder.xor(a, b),
              () => builder.and(a, b),
              () => builder.not(a),
              () => builder.flip(a, k),
            ]
            wires.push((make[kind] as () => Bit)())
          }
          const circuit = builder.build('any', wires)
          const random = seededRandom(seed)
          const [values, constants] = [bits(random, inputs), bits(random, 1)]
          const expected = evaluateBits(circuit, values, constants)
          return Buffer.compare(run(circuit, values, { constants, random }), expected) === 0
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each([
    { name: 'aes-128-ecb', cipher: aes128, width: AES128_ROUND_KEY_BITS, roundKeys: aes128RoundKeys },
    { name: 'sm4-ecb', cipher: sm4, width: SM4_ROUND_KEY_BITS, roundKeys: sm4RoundKeys },
  ])('of $name encrypts under a key that is in no message', ({ name, cipher, width, roundKeys }) => {
    const builder = new CircuitBuilder()
    const block = builder.input(128)
    const circuit = builder.build(name, cipher(builder, block, builder.constants(width)))
    const random = seededRandom(name)
    const [key, plaintext] = [random.bytes(16), random.bytes(16)]
    const reference = createCipheriv(name, key, null).setAutoPadding(false)
    const expected = concat(reference.update(plaintext), reference.final())
    const result = run(circuit, bitsOfBytes(plaintext), { constants: bitsOfBytes(roundKeys(key)), random })
    expect(toHex(bytesOfBits(result))).toBe(toHex(expected))
  })

  it('gives shares that add up, and nothing to decode', () => {
    const circuit = smallCircuit()
    const random = seededRandom('shares')
    let ones = 0
    for (let i = 0; i < 40; i++) {
      const [inputs, constants] = [bits(random, 16), bits(random, 8)]
      const { state, message } = garble(circuit, { constants, random, outputs: 'shared' })
      const bytes = encodeGarbled(message)
      expect(bytes).toHaveLength(garbledBytes(circuit, 'shared'))
      const received = decodeGarbled(circuit, bytes, 'shared')
      const outputs = evaluateGarbled(circuit, received, selectLabels(state.inputs.take(), 0, inputs))
      const shares = outputShares(outputs)
      expect(Array.from(shares, (bit, j) => bit ^ (state.outputShares[j] as number))).toEqual([
        ...evaluateBits(circuit, inputs, constants),
      ])
      ones += shares.reduce((sum, bit) => sum + bit, 0)
      expectCode('ERR_INPUT_LENGTH', () => decodeOutputs(circuit, received, outputs))
    }
    // 40 · 11 fair bits.
    expect(ones).toBeGreaterThan(165)
    expect(ones).toBeLessThan(275)
  })

  it('takes its labels from correlated OTs', () => {
    const circuit = smallCircuit()
    const random = seededRandom('correlated')
    const delta = random.bytes(16)
    delta[0] = (delta[0] as number) | 1
    const labels = { zero: random.bytes(16 * 16), delta }
    const [inputs, constants] = [bits(random, 16), bits(random, 8)]
    const { message } = garble(circuit, { constants, labels, random })
    // What the receiver of the OTs holds: q ⊕ x·Δ.
    const held = labels.zero.map(
      (byte, i) => byte ^ (-(inputs[i >> 4] as number) & (delta[i & 15] as number)),
    )
    expect([...decodeOutputs(circuit, message, evaluateGarbled(circuit, message, held))]).toEqual([
      ...evaluateBits(circuit, inputs, constants),
    ])
  })

  it('costs 32 bytes an AND gate and 32 an output', () => {
    const circuit = smallCircuit()
    const { message } = garble(circuit, { constants: new Uint8Array(8), random: seededRandom('size') })
    expect(encodeGarbled(message)).toHaveLength(16 + 32 * andCount(circuit) + 32 * circuit.outputs.length)
    expect(garbledBytes(circuit)).toBe(encodeGarbled(message).length)
  })

  it('looks the same whatever the constants are', () => {
    const circuit = smallCircuit()
    const garbled = (byte: number) =>
      garble(circuit, { constants: new Uint8Array(8).fill(byte), random: seededRandom('constants') })
    // Inputs' labels and sizes are equal; tables differ, as those of two garblings do.
    const [zeros, ones] = [garbled(0), garbled(1)]
    expect(toHex(zeros.state.inputs.take().zero)).toBe(toHex(ones.state.inputs.take().zero))
    expect(encodeGarbled(zeros.message).length).toBe(encodeGarbled(ones.message).length)
    expect(toHex(zeros.message.tables)).not.toBe(toHex(ones.message.tables))
  })
})

describe('the hash', () => {
  it('is π(π(x) ⊕ i) ⊕ π(x) with i in the last word', () => {
    const random = seededRandom('hash')
    const [key, labels] = [random.bytes(16), random.bytes(48)]
    const hashed = viewBytes(
      hashLabels(aes128Permutation(key), copyWords(labels), Uint32Array.of(0, 1, 0x01020304)),
    )
    const permute = (block: Uint8Array) => {
      const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
      return new Uint8Array(cipher.update(block))
    }
    for (const [i, tweak] of [
      [0, [0, 0, 0, 0]],
      [1, [1, 0, 0, 0]],
      [2, [4, 3, 2, 1]],
    ] as const) {
      const inner = permute(labels.subarray(16 * i, 16 * i + 16))
      const tweaked = inner.map((byte, j) => (j < 12 ? byte : byte ^ (tweak[j - 12] as number)))
      const expected = permute(tweaked).map((byte, j) => byte ^ (inner[j] as number))
      expect(toHex(hashed.subarray(16 * i, 16 * i + 16))).toBe(toHex(expected))
    }
  })
})

describe('the keys of the hash', () => {
  const key = seededRandom('keys').bytes(16)
  const labels = seededRandom('labels').bytes(32 * 80)
  const words = (from: number, to: number) => copyWords(labels.subarray(32 * from, 32 * to))
  const tweaks = (from: number, to: number) =>
    Uint32Array.from({ length: 2 * (to - from) }, (_, i) => 2 * from + i)
  const hashOf = (hash: LabelHash, from: number, to: number) =>
    toHex(viewBytes(hash.hash(words(from, to), tweaks(from, to), from, to - from)))

  it('are those of the gates, however many are hashed at once', () => {
    const whole = hashOf(new LabelHash(key, 80), 0, 80)
    const hash = new LabelHash(key, 80)
    const parts = [0, 1, 31, 32, 33, 70, 80]
    expect(
      parts
        .slice(1)
        .map((to, i) => hashOf(hash, parts[i] as number, to))
        .join(''),
    ).toBe(whole)
    expect(whole.endsWith(hashOf(new LabelHash(key, 80), 79, 80))).toBe(true)
  })

  it('change after 32 gates, and with the garbling', () => {
    const same = (unit: number, hash = new LabelHash(key, 80)) =>
      toHex(viewBytes(hash.hash(words(0, 1), tweaks(0, 1), unit, 1)))
    expect(same(31)).toBe(same(0))
    expect(new Set([same(0), same(32), same(64), same(0, new LabelHash(labels.slice(0, 16), 80))]).size).toBe(
      4,
    )
  })
})

describe('a faulty or malicious garbler', () => {
  const circuit = smallCircuit()
  const random = seededRandom('attacks')
  const [inputs, constants] = [bits(random, 16), bits(random, 8)]
  const expected = evaluateBits(circuit, inputs, constants)

  /** 'right', the code, or 'wrong', which must never be. */
  function outcome(attack: (message: GarbledCircuit) => GarbledCircuit, seed: string): string {
    const { state, message } = garble(circuit, { constants, random: seededRandom(seed) })
    const labels = selectLabels(state.inputs.take(), 0, inputs)
    const attacked = attack(message)
    try {
      const result = decodeOutputs(circuit, attacked, evaluateGarbled(circuit, attacked, labels))
      return toHex(result) === toHex(expected) ? 'right' : 'wrong'
    } catch (error) {
      if (!(error instanceof MixunError)) throw error
      return error.code
    }
  }

  it.each(garblingAttacks)(
    '$name is refused or without effect: ERR_VERIFY_GARBLED',
    ({ name, attack, bytes }) => {
      const { message } = garble(circuit, { constants, random: seededRandom('size') })
      const outcomes = new Map<string, number>()
      for (let at = 0; at < bytes(message); at++) {
        const found = outcome(each => attack(each, at, 1 << (at % 8)), `${name} ${at}`)
        outcomes.set(found, (outcomes.get(found) ?? 0) + 1)
      }
      expect([...outcomes.keys()].every(key => key === 'right' || key === 'ERR_VERIFY_GARBLED')).toBe(true)
      const rate = (outcomes.get('ERR_VERIFY_GARBLED') ?? 0) / bytes(message)
      // Each ciphertext is used with probability 1/2, as is each decoding hash; the key is used by all.
      expect(Math.abs(rate - (name.includes('key') ? 1 : 0.5))).toBeLessThan(
        name.includes('key') ? 0.001 : 0.12,
      )
    },
  )

  it('the circuit of another garbling is refused', () => {
    const { message } = garble(circuit, { constants, random: seededRandom('other') })
    expect(outcome(() => message, 'this')).toBe('ERR_VERIFY_GARBLED')
  })

  it('tables in another order are refused', () => {
    const swap = (tables: Uint8Array) =>
      concat(tables.subarray(32, 64), tables.subarray(0, 32), tables.subarray(64))
    expect(outcome(message => ({ ...message, tables: swap(message.tables) }), 'order')).toBe(
      'ERR_VERIFY_GARBLED',
    )
  })

  it('a selective failure depends on the bit it aims at: why a failure must stay at home', () => {
    const evaluate = (bit: number) => {
      const { state, message } = garble(circuit, { constants, random: seededRandom('selective') })
      const labels = selectLabels(selectiveFailure(state.inputs.take(), 3), 0, inputs.with(3, bit))
      return decodeOutputs(circuit, message, evaluateGarbled(circuit, message, labels))
    }
    expect([...evaluate(0)]).toEqual([...evaluateBits(circuit, inputs.with(3, 0), constants)])
    expectCode('ERR_VERIFY_GARBLED', () => evaluate(1))
  })
})

describe('what is refused', () => {
  const circuit = smallCircuit()
  const random = seededRandom('refused')
  const { state, message } = garble(circuit, { constants: new Uint8Array(8), random })

  it('labels that are handed out twice', () => {
    const fresh = garble(circuit, { constants: new Uint8Array(8), random }).state
    fresh.inputs.take()
    expectCode('ERR_STATE_CONSUMED', () => fresh.inputs.take())
  })

  it('wrong numbers of constants, labels, tables; bits that are none; a Δ without its lowest bit', () => {
    const labels = { zero: new Uint8Array(256), delta: new Uint8Array(16).fill(1) }
    const constants = new Uint8Array(8)
    expectCode('ERR_INPUT_LENGTH', () => garble(circuit, { random }))
    expectCode('ERR_INPUT_RANGE', () => garble(circuit, { random, constants: constants.fill(2, 3, 4) }))
    constants.fill(0)
    const zero = new Uint8Array(255)
    expectCode('ERR_INPUT_LENGTH', () => garble(circuit, { random, constants, labels: { ...labels, zero } }))
    const delta = new Uint8Array(16).fill(2)
    expectCode('ERR_INPUT_RANGE', () => garble(circuit, { random, constants, labels: { ...labels, delta } }))
    const pairs = state.inputs.take()
    expectCode('ERR_INPUT_LENGTH', () => selectLabels(pairs, 9, new Uint8Array(8)))
    expectCode('ERR_INPUT_RANGE', () => selectLabels(pairs, 0, Uint8Array.of(2)))
    expectCode('ERR_INPUT_LENGTH', () => evaluateGarbled(circuit, message, new Uint8Array(240)))
    const cut = { ...message, tables: message.tables.subarray(32) }
    expectCode('ERR_INPUT_LENGTH', () => evaluateGarbled(circuit, cut, new Uint8Array(256)))
  })

  it('a message of another length', () => {
    const bytes = encodeGarbled(message)
    for (const length of [0, 15, 16, bytes.length - 1]) {
      expectCode('ERR_DECODE_LENGTH', () => decodeGarbled(circuit, bytes.subarray(0, length)))
    }
    expectCode('ERR_DECODE_TRAILING', () => decodeGarbled(circuit, concat(bytes, Uint8Array.of(0))))
  })
})
