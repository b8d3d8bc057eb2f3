import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { type Gf2Kernel, MAX_GF2_BYTES, referenceGf2, SUM_ROWS, wasmGf2 } from './index.ts'

const kernels = [wasmGf2, referenceGf2]
const runs = { numRuns: 20 }

/** What both kernels leave in a memory that starts as random bytes. */
function outcomes(bytes: number, seed: string, action: (kernel: Gf2Kernel) => void): string[] {
  return kernels.map(make => {
    const kernel = make(bytes)
    kernel.memory.set(seededRandom(seed).bytes(bytes))
    action(kernel)
    return toHex(kernel.memory)
  })
}

function expectAgreement(bytes: number, seed: string, action: (kernel: Gf2Kernel) => void): void {
  const [one, other] = outcomes(bytes, seed, action)
  // Not toBe on the text: a failure would print it all.
  expect(one === other).toBe(true)
}

describe.each(kernels)('$name', make => {
  it('transposes: bit r of column c is bit c of row r', () => {
    const kernel = make(3 * 2048 * 2)
    const columns = seededRandom('columns').bytes(128 * 32)
    kernel.memory.set(columns)
    kernel.transpose(4096, 0, 32, 2)
    const bitAt = (bytes: Uint8Array, i: number) => ((bytes[i >>> 3] as number) >>> (i & 7)) & 1
    const wrong: string[] = []
    for (let r = 0; r < 256; r += 5) {
      const row = kernel.memory.subarray(4096 + 16 * r, 4096 + 16 * r + 16)
      for (let c = 0; c < 128; c++) {
        if (bitAt(row, c) !== bitAt(columns.subarray(32 * c, 32 * c + 32), r)) wrong.push(`${r} ${c}`)
      }
    }
    expect(wrong).toEqual([])
    // Nothing behind the rows is touched.
    expect(kernel.memory.subarray(4096 + 4096).every(byte => byte === 0)).toBe(true)
  })

  it('multiplies in GF(2^128)', () => {
    const kernel = make(64)
    const multiply = (a: string, b: string) => {
      kernel.memory.set(fromHex(a))
      kernel.memory.set(fromHex(b), 16)
      kernel.multiply(32, 0, 16)
      return toHex(kernel.memory.slice(32, 48))
    }
    const one = `01${'00'.repeat(15)}`
    const x127 = `${'00'.repeat(15)}80`
    expect(multiply(x127, one)).toBe(x127)
    // x^127 · x = x^7 + x^2 + x + 1, the definition of the field.
    expect(multiply(x127, `02${'00'.repeat(15)}`)).toBe(`87${'00'.repeat(15)}`)
    // x^64 · x^64 = x^128
    expect(multiply(`${'00'.repeat(8)}01${'00'.repeat(7)}`, `${'00'.repeat(8)}01${'00'.repeat(7)}`)).toBe(
      `87${'00'.repeat(15)}`,
    )
  })

  it('hashes every column as the inner product of the field', () => {
    const sum = 0
    const [rows, columns, column, challenges, out] = [4096, 8192, 12_288, 12_320, 12_352]
    const kernel = make(12_400)
    kernel.memory.set(seededRandom('matrix').bytes(4096), columns)
    const keys = seededRandom('challenges').bytes(32)
    kernel.memory.set(keys, challenges)
    // Two blocks of rows, one after the other through the same place.
    for (const block of [0, 1]) {
      kernel.transpose(rows, columns + 16 * block, 32, 1)
      kernel.accumulate(sum, rows, keys.subarray(16 * block, 16 * block + 16))
    }
    kernel.reduce(sum)
    kernel.memory.copyWithin(rows, sum, 2048)
    // Rows of the sum, transposed, are one hash a column.
    kernel.transpose(sum, rows, 16, 1)
    for (const c of [0, 1, 77, 127]) {
      kernel.memory.copyWithin(column, columns + 32 * c, columns + 32 * c + 32)
      kernel.innerProduct(out, column, challenges, 2)
      expect(toHex(kernel.memory.slice(sum + 16 * c, sum + 16 * c + 16))).toBe(
        toHex(kernel.memory.slice(out, out + 16)),
      )
    }
  })
})

describe('both kernels', () => {
  it('transpose alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.nat(3), (blocks, gap) => {
        const stride = 16 * (blocks + gap)
        expectAgreement(128 * stride + 2048 * (blocks + 1), `transpose ${blocks}`, kernel =>
          kernel.transpose(128 * stride, 0, stride, blocks),
        )
      }),
      runs,
    )
  })

  it.each([1, 2, 4])('fold and correct alike, k = %i', k => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.nat(1), (length, gap) => {
        const bytes = 16 * length
        const stride = bytes + 16 * gap
        const leaves = 2 ** k * stride
        expectAgreement(leaves + (k + 2) * stride + 64, `fold ${length}`, kernel => {
          kernel.fold(k, leaves, leaves + stride, 0, stride, bytes)
          const masks = leaves + (k + 1) * stride
          kernel.memory.set([255, 0, 255, 255], masks)
          kernel.correct(k, leaves + stride, leaves, masks, stride, bytes)
        })
      }),
      runs,
    )
  })

  it('add blocks, tweaks and sums alike, in place too', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.constantFrom(0, 1, 2 ** 31 - 3, 2 ** 32 - 4, 2 ** 45 + 7), (count, first) => {
        expectAgreement(1024, `blocks ${count}`, kernel => {
          kernel.xor(512, 0, 256, 16 * count)
          kernel.xorBlock(512, 512, 0, count)
          kernel.xorTweaks(768, 512, first, count)
        })
      }),
      runs,
    )
  })

  it('hash alike', () => {
    const challenge = fc.oneof(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.constantFrom(...[0, 1, 3, 4, 60, 61, 63, 64, 125, 127].map(bit => power(bit))),
    )
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 3 }), challenges => {
        expectAgreement(2 * 4096, 'sum', kernel => {
          for (const one of challenges) kernel.accumulate(0, 4096, one)
          kernel.reduce(0)
        })
      }),
      runs,
    )
    expect(SUM_ROWS * 16).toBeLessThan(4096)
  })

  it('multiply alike', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.string(), (count, seed) => {
        expectAgreement(16 * (2 * count + 4), seed, kernel => {
          kernel.innerProduct(16 * (2 * count + 2), 0, 16 * count, count)
          kernel.multiply(16 * (2 * count + 3), 0, 16)
        })
      }),
    )
  })

  it('agree on the whole range of sizes: ERR_INPUT_RANGE', () => {
    expect(wasmGf2(1_000_000).memory).toHaveLength(1_000_000)
    for (const bytes of [-1, 1.5, MAX_GF2_BYTES + 1]) expectCode('ERR_INPUT_RANGE', () => wasmGf2(bytes))
  })
})

/** x^bit */
function power(bit: number): Uint8Array {
  return new Uint8Array(16).with(bit >>> 3, 1 << (bit & 7))
}
