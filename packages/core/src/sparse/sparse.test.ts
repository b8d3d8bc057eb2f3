import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { referenceGf2 } from '../gf2/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { MAX_SPARSE_BYTES, referenceSparse, reusableSparse, type SparseKernel, wasmSparse } from './index.ts'

const kernels = [wasmSparse, referenceSparse]

/** Runs on both kernels, from the same random memory, and says whether they end alike. */
function agree(bytes: number, action: (kernel: SparseKernel) => void): boolean {
  const [one, other] = kernels.map(make => {
    const kernel = make(bytes)
    kernel.memory.set(seededRandom('memory').bytes(bytes))
    action(kernel)
    return toHex(kernel.memory)
  })
  return one === other
}

function setWords(kernel: SparseKernel, at: number, words: Iterable<number>): void {
  const view = new DataView(kernel.memory.buffer, kernel.memory.byteOffset)
  for (const [i, word] of [...words].entries()) view.setUint32(at + 4 * i, word, true)
}

describe('both kernels agree', () => {
  it.each([8, 16, 24, 40])('on band systems with values of %i bytes', valueBytes => {
    const [count, columns] = [40, 300 + 44]
    const [values, starts, order, leaders, outcome, out, free, products] = [
      1_280, 4_096, 4_352, 4_608, 6_016, 8_192, 32_768, 65_536,
    ]
    const solve = (kernel: SparseKernel): void => {
      setWords(
        kernel,
        starts,
        Array.from({ length: count }, (_, i) => (i * 7) % (columns - 256)),
      )
      setWords(
        kernel,
        order,
        Array.from({ length: count }, (_, i) => (i * 11) % count),
      )
      kernel.memory.fill(0, leaders, leaders + 4 * columns)
      const rows = kernel.memory.slice(0, 1_280)
      kernel.eliminate(0, values, valueBytes, starts, order, leaders, count, outcome)
      kernel.substitute(out, columns, 0, values, valueBytes, leaders, free)
      kernel.memory.set(rows)
      kernel.bandProducts(products, out, valueBytes, starts, order, 0, count)
    }
    expect(agree(81_920, solve)).toBe(true)
    // And the solution is one.
    const kernel = wasmSparse(81_920)
    kernel.memory.set(seededRandom('memory').bytes(81_920))
    const wanted = kernel.memory.slice(values, values + count * valueBytes)
    solve(kernel)
    expect(kernel.memory[outcome]).toBe(0)
    expect(toHex(kernel.memory.slice(products, products + count * valueBytes))).toBe(toHex(wanted))
  })

  it('on a convolution with its wrap-around, in one piece or several', () => {
    const n = 70
    const whole = (kernel: SparseKernel): void => kernel.convolute(0, n, 2_048, 0, n)
    const pieces = (kernel: SparseKernel): void => {
      kernel.convolute(0, n, 2_048, 0, 40)
      kernel.convolute(0, n, 2_048 + 160, 40, n - 40)
    }
    expect(agree(4_096, whole)).toBe(true)
    expect(agree(4_096, pieces)).toBe(true)
    const [one, other] = [whole, pieces].map(action => {
      const kernel = wasmSparse(4_096)
      kernel.memory.set(seededRandom('memory').bytes(4_096))
      action(kernel)
      return toHex(kernel.memory)
    })
    expect(one).toBe(other)
  })

  it('on an expansion', () => {
    expect(agree(16_384, kernel => kernel.expand(0, 1_024, 70, 4_096, 11, 10, 60))).toBe(true)
  })

  it('on multiples, buckets and packed rows', () => {
    expect(
      agree(32_768, kernel => {
        kernel.fillMultiples(8_192, 0)
        kernel.addMultiples(1_024, 2_048, 8_192, 9)
        kernel.memory.fill(0, 16_384, 24_576)
        kernel.fillBuckets(16_384, 2_048, 1_024, 9)
        kernel.fillBuckets(16_384, 3_072, 1_024, 2)
        kernel.sumBuckets(16, 16_384)
        kernel.packRows(24_576, 4_096, 2)
      }),
    ).toBe(true)
  })
})

describe.each(kernels)('$name', make => {
  it('finds the row that depends on others', () => {
    const kernel = make(4_096)
    kernel.memory.set(fromHex('0b00'), 0)
    kernel.memory.set(fromHex('0b00'), 64)
    kernel.memory.set(fromHex('0700'), 32)
    setWords(kernel, 512, [3, 3, 3])
    setWords(kernel, 528, [0, 1, 2])
    kernel.eliminate(0, 256, 8, 512, 528, 1_024, 3, 544)
    expect(kernel.memory[544]).toBe(3)
  })

  it('multiplies and sums as the field does', () => {
    const kernel = make(20_480)
    const field = referenceGf2(20_480)
    const random = seededRandom('field').bytes(128)
    for (const { memory } of [kernel, field]) memory.set(random)
    kernel.fillMultiples(1_024, 0)
    kernel.addMultiples(128, 16, 1_024, 3)
    for (const i of [0, 1, 2]) field.multiply(128 + 16 * i, 0, 16 + 16 * i)
    expect(toHex(kernel.memory.slice(128, 176))).toBe(toHex(field.memory.slice(128, 176)))
    kernel.fillBuckets(10_240, 0, 64, 4)
    kernel.sumBuckets(192, 10_240)
    field.innerProduct(192, 0, 64, 4)
    expect(toHex(kernel.memory.slice(192, 208))).toBe(toHex(field.memory.slice(192, 208)))
  })
})

it('refuses a memory that no module has: ERR_INPUT_RANGE', () => {
  expectCode('ERR_INPUT_RANGE', () => wasmSparse(MAX_SPARSE_BYTES + 1))
})

it('shares one memory, zeroed, between the kernels of a reusable factory', () => {
  const make = reusableSparse()
  for (const bytes of [1_000, 400_000, 64, 500_000]) {
    const { memory } = make(bytes)
    expect(memory).toHaveLength(bytes)
    expect(memory.every(byte => byte === 0)).toBe(true)
    memory.fill(7)
  }
  const [one, other] = [make(16), make(16)]
  expect(other.memory.buffer).toBe(one.memory.buffer)
})
