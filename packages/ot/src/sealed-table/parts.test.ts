import { compareBytes, concat, i2osp, toHex } from '@mixun/core/bytes'
import { inclusionProof, leafHash, MemoryTree, treeRoot } from '@mixun/core/merkle'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareConstantTime } from './compare.ts'
import { isSizeClass, MAX_ROW_COUNT, sizeClass } from './size-class.ts'
import { FlatTree } from './tree.ts'

describe('size classes', () => {
  it('are 2^k and 1.5 · 2^k from 64 on', () => {
    expect([0, 1, 64, 65, 96, 97, 128, 129, 192, 193, 25_250].map(sizeClass)).toEqual([
      64, 64, 64, 96, 96, 128, 128, 192, 192, 256, 32_768,
    ])
    expect(sizeClass(MAX_ROW_COUNT)).toBe(MAX_ROW_COUNT)
  })

  it('hold the rows, waste less than half, and are classes themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 65, max: MAX_ROW_COUNT }), rows => {
        const padded = sizeClass(rows)
        expect(padded).toBeGreaterThanOrEqual(rows)
        expect(padded).toBeLessThan(1.5 * rows)
        expect(isSizeClass(padded)).toBe(true)
        expect(isSizeClass(rows)).toBe(rows === padded)
      }),
    )
  })

  it('end at a million rows', () => {
    expectCode('ERR_INPUT_RANGE', () => sizeClass(MAX_ROW_COUNT + 1))
    expect([-1, 0, 32, 63, 64.5, 1.5 * MAX_ROW_COUNT, 2 ** 60, Number.NaN].some(isSizeClass)).toBe(false)
  })
})

describe('the comparison without early exit', () => {
  it('orders like bytes', () => {
    const byte = fc.constantFrom(0, 1, 127, 128, 255)
    const tag = fc.array(byte, { minLength: 3, maxLength: 3 }).map(bytes => Uint8Array.from(bytes))
    fc.assert(
      fc.property(tag, tag, (a, b) => {
        expect(compareConstantTime(a, b)).toBe(Math.sign(compareBytes(a, b)))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the flat tree', () => {
  it('has the root and the proofs of the memory tree at every size', () => {
    for (let size = 1; size <= 70; size++) {
      const leaves = Array.from({ length: size }, (_, i) => leafHash(intl.hash, i2osp(i, 2)))
      const memory = new MemoryTree(intl.hash, leaves)
      const flat = new FlatTree(intl, concat(...leaves))
      expect(toHex(treeRoot(intl.hash, flat, size))).toBe(toHex(memory.root()))
      for (const index of [0, size >> 1, size - 1]) {
        expect(inclusionProof(intl.hash, flat, index, size)).toEqual(memory.inclusionProof(index))
      }
    }
  })

  it('has no subtree beyond its leaves', () => {
    const flat = new FlatTree(intl, new Uint8Array(96))
    expectCode('ERR_INPUT_RANGE', () => flat.subtree(1, 1))
    expectCode('ERR_INPUT_RANGE', () => flat.subtree(2, 0))
  })
})
