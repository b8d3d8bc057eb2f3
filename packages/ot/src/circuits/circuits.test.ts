import { expectCode } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, gated, isAtLeast, isEqual, subtract, sum } from './arithmetic.ts'
import { bitsOfBytes, bitsOfInteger, bytesOfBits, integerOfBits } from './bits.ts'
import { type Bit, type Bits, CircuitBuilder, ONE, ZERO } from './builder.ts'
import { andCount, type Circuit, checkCircuit, GateKind } from './circuit.ts'
import { evaluateBits, evaluateWords } from './evaluate.ts'
import { layersOf } from './layers.ts'

type Operation = (builder: CircuitBuilder, a: Bits, b: Bits) => Bits

function binary(width: number, operation: Operation): Circuit {
  const builder = new CircuitBuilder()
  const [a, b] = [builder.input(width), builder.input(width)]
  return checkCircuit(builder.build('test', operation(builder, a, b)))
}

function run(circuit: Circuit, width: number, ...values: bigint[]): bigint {
  return integerOfBits(
    evaluateBits(circuit, Uint8Array.from(values.flatMap(v => [...bitsOfInteger(v, width)]))),
  )
}

const bit = (value: boolean) => (value ? 1n : 0n)
const OPERATIONS: readonly {
  name: string
  operation: Operation
  plain: (a: bigint, b: bigint, modulus: bigint) => bigint
  ands: (width: number) => number
}[] = [
  { name: 'add', operation: add, plain: (a, b, m) => (a + b) % m, ands: n => n - 1 },
  { name: 'subtract', operation: subtract, plain: (a, b, m) => (a - b + m) % m, ands: n => n - 1 },
  {
    name: 'isEqual',
    operation: (c, a, b) => [isEqual(c, a, b)],
    plain: (a, b) => bit(a === b),
    ands: n => n - 1,
  },
  {
    name: 'isAtLeast',
    operation: (c, a, b) => [isAtLeast(c, a, b)],
    plain: (a, b) => bit(a >= b),
    ands: n => n,
  },
  {
    name: 'mux',
    operation: (c, a, b) => c.mux(a[0] as Bit, b, a),
    plain: (a, b) => (a & 1n ? b : a),
    // The lowest bit is a0 ? b0 : a0, a gate like the others.
    ands: n => n,
  },
  {
    name: 'gated',
    operation: (c, a, b) => gated(c, a[0] as Bit, b),
    plain: (a, b) => (a & 1n) * b,
    ands: n => n,
  },
]

describe.each(OPERATIONS)('$name', ({ operation, plain, ands }) => {
  it('is right for all integers of 1 to 4 bits', () => {
    for (let width = 1; width <= 4; width++) {
      const circuit = binary(width, operation)
      const modulus = 1n << BigInt(width)
      for (let a = 0n; a < modulus; a++) {
        for (let b = 0n; b < modulus; b++) {
          expect(run(circuit, width, a, b)).toBe(plain(a, b, modulus))
        }
      }
    }
  })

  it('is right for integers of 64 bits and costs what it says', () => {
    const circuit = binary(64, operation)
    expect(andCount(circuit)).toBe(ands(64))
    const any = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n),
    )
    fc.assert(fc.property(any, any, (a, b) => run(circuit, 64, a, b) === plain(a, b, 2n ** 64n)))
  })
})

it('sums any number of terms mod 2^64', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 6 }),
      terms => {
        const builder = new CircuitBuilder()
        const inputs = terms.map(() => builder.input(64))
        const circuit = builder.build('sum', sum(builder, inputs))
        expect(andCount(circuit)).toBe((terms.length - 1) * 63)
        return run(circuit, 64, ...terms) === terms.reduce((a, b) => a + b) % 2n ** 64n
      },
    ),
  )
})

describe('gates', () => {
  /** Every kind of gate, and every operand known beforehand. */
  const tables: readonly {
    name: string
    make: (c: CircuitBuilder, a: Bit, b: Bit) => Bit
    table: number[]
  }[] = [
    { name: 'xor', make: (c, a, b) => c.xor(a, b), table: [0, 1, 1, 0] },
    { name: 'and', make: (c, a, b) => c.and(a, b), table: [0, 0, 0, 1] },
    { name: 'not', make: (c, a) => c.not(a), table: [1, 1, 0, 0] },
  ]

  it.each(tables)('$name has its truth table, also where an operand is known', ({ make, table }) => {
    for (const [known, value] of [
      [null, 0],
      [ZERO, 0],
      [ONE, 1],
    ] as const) {
      for (let x = 0; x < 4; x++) {
        const [a, b] = [x >> 1, x & 1]
        const builder = new CircuitBuilder()
        const [left, right] = builder.input(2) as [Bit, Bit]
        const circuit = builder.build('gate', [
          make(builder, left, known ?? right),
          make(builder, known ?? left, right),
        ])
        const result = [...evaluateBits(checkCircuit(circuit), Uint8Array.of(a, b))]
        const [second, first] = known === null ? [b, a] : [value, value]
        expect(result).toEqual([table[2 * a + second], table[2 * first + b]])
      }
    }
  })

  it('flips by constants, known bits too', () => {
    const builder = new CircuitBuilder()
    const [a] = builder.input(1) as [Bit]
    const [k, l] = builder.constants(2) as [number, number]
    const circuit = builder.build('flip', [builder.flip(a, k), builder.flip(ZERO, l), builder.flip(ONE, k)])
    for (let x = 0; x < 8; x++) {
      const [input, first, second] = [x >> 2, (x >> 1) & 1, x & 1] as [number, number, number]
      const outputs = evaluateBits(checkCircuit(circuit), Uint8Array.of(input), Uint8Array.of(first, second))
      expect([...outputs]).toEqual([input ^ first, second, first ^ 1])
    }
  })

  it('are folded where the result is known', () => {
    const builder = new CircuitBuilder()
    const [a] = builder.input(1) as [Bit]
    expect([builder.xor(a, a), builder.and(a, ZERO), builder.and(ZERO, a)]).toEqual([ZERO, ZERO, ZERO])
    expect([builder.and(a, ONE), builder.and(ONE, a), builder.and(a, a), builder.xor(a, ZERO)]).toEqual([
      a,
      a,
      a,
      a,
    ])
    expect(builder.build('nothing', [a]).kinds).toHaveLength(0)
  })

  it('put out known bits as wires', () => {
    const builder = new CircuitBuilder()
    builder.input(1)
    const circuit = checkCircuit(builder.build('known', [ZERO, ONE]))
    for (const input of [0, 1]) expect([...evaluateBits(circuit, Uint8Array.of(input))]).toEqual([0, 1])
  })

  it('work on 32 evaluations at a time', () => {
    const words = evaluateWords(binary(1, add), [0b0011, 0b0101])
    expect([...words]).toEqual([0b0110])
  })
})

describe('layers', () => {
  it('hold every gate once, after all that it reads', () => {
    const circuit = binary(64, (c, a, b) => [...add(c, a, b), isEqual(c, a, b)])
    const layers = layersOf(circuit)
    const done = new Set(Array.from({ length: circuit.inputs }, (_, i) => i))
    const read = (gate: number) => [
      circuit.left[gate] as number,
      ...(circuit.kinds[gate] === GateKind.inv ? [] : [circuit.right[gate] as number]),
    ]
    for (const { ands, free } of layers) {
      for (const gate of ands) expect(circuit.kinds[gate]).toBe(GateKind.and)
      const before = new Set(done)
      for (const gate of ands) {
        for (const wire of read(gate)) expect(before.has(wire)).toBe(true)
        done.add(circuit.inputs + gate)
      }
      for (const gate of free) {
        for (const wire of read(gate)) expect(done.has(wire)).toBe(true)
        done.add(circuit.inputs + gate)
      }
    }
    expect(done.size).toBe(circuit.inputs + circuit.kinds.length)
    // 63 carries in a row; the comparison is a tree beside them.
    expect(layers).toHaveLength(64)
    expect(layersOf(circuit)).toBe(layers)
  })
})

describe('bits', () => {
  it('are numbered from the lowest of the first byte', () => {
    expect([...bitsOfBytes(Uint8Array.of(0b0000_0110, 0x80))]).toEqual([
      0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ])
    fc.assert(
      fc.property(fc.uint8Array(), bytes => Buffer.compare(bytesOfBits(bitsOfBytes(bytes)), bytes) === 0),
    )
    expectCode('ERR_INPUT_LENGTH', () => bytesOfBits(new Uint8Array(9)))
  })

  it('hold integers that fit', () => {
    expect(integerOfBits(bitsOfInteger(2n ** 64n - 1n, 64))).toBe(2n ** 64n - 1n)
    expectCode('ERR_INPUT_RANGE', () => bitsOfInteger(16n, 4))
    expectCode('ERR_INPUT_RANGE', () => bitsOfInteger(-1n, 4))
  })
})

describe('what is no circuit: ERR_CIRCUIT_INVALID', () => {
  const good = binary(2, add)
  const broken: Record<string, Circuit> = {
    'an operand that comes later': { ...good, left: good.left.with(0, 4) },
    'a second operand that comes later': { ...good, right: good.right.with(0, 99) },
    'a constant that is not there': {
      ...good,
      kinds: good.kinds.with(0, GateKind.flip),
      right: good.right.with(0, 0),
    },
    'an inversion with two operands': {
      ...good,
      kinds: good.kinds.with(0, GateKind.inv),
      right: good.right.with(0, 2),
    },
    'a gate of no kind': { ...good, kinds: good.kinds.with(0, 4), right: good.right.with(0, 0) },
    'an output that is not there': { ...good, outputs: Uint32Array.of(4 + good.kinds.length) },
    'operands missing': { ...good, right: good.right.subarray(1) },
  }

  it.each(Object.entries(broken))('%s', (_, circuit) => {
    expectCode('ERR_CIRCUIT_INVALID', () => checkCircuit(circuit))
  })

  it('inputs after the first gate, integers of two widths, nothing to put constants on', () => {
    const builder = new CircuitBuilder()
    const a = builder.input(2)
    builder.not(a[0] as Bit)
    expectCode('ERR_CIRCUIT_INVALID', () => builder.input(1))
    for (const operation of [add, subtract, isEqual, isAtLeast]) {
      expectCode('ERR_CIRCUIT_INVALID', () => operation(builder, a, a.slice(1)))
    }
    expectCode('ERR_CIRCUIT_INVALID', () => new CircuitBuilder().build('empty', [ONE]))
  })

  it('a wrong number of inputs or constants', () => {
    expectCode('ERR_INPUT_LENGTH', () => evaluateBits(good, new Uint8Array(3)))
    expectCode('ERR_INPUT_LENGTH', () => evaluateBits(good, new Uint8Array(4), new Uint8Array(1)))
  })
})
