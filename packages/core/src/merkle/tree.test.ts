import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { i2osp, toHex } from '../bytes/index.ts'
import { intl } from '../suite/index.ts'
import { expectCode } from '../testing/index.ts'
import {
  inclusionProof,
  leafHash,
  MemoryTree,
  nodeHash,
  type SubtreeSource,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

const { hash } = intl
const leaves = Array.from({ length: 130 }, (_, i) => leafHash(hash, i2osp(i, 4)))

const treeOf = (size: number): MemoryTree => new MemoryTree(hash, leaves.slice(0, size))

/** MTH of RFC 9162 section 2.1.1, as it is written there. */
function recursiveRoot(of: readonly Uint8Array[]): Uint8Array {
  if (of.length === 0) return hash()
  if (of.length === 1) return of[0] as Uint8Array
  let k = 1
  while (2 * k < of.length) k *= 2
  return nodeHash(hash, recursiveRoot(of.slice(0, k)), recursiveRoot(of.slice(k)))
}

const sizes = fc.integer({ min: 1, max: 130 })

describe('tree of RFC 9162', () => {
  it('has the roots of the definition, for all sizes up to 130', () => {
    const tree = treeOf(130)
    for (let size = 0; size <= 130; size++) {
      const expected = toHex(recursiveRoot(leaves.slice(0, size)))
      expect(toHex(tree.root(size))).toBe(expected)
      expect(toHex(treeOf(size).root())).toBe(expected)
    }
  })

  it('hashes leaves and nodes apart', () => {
    expect(leafHash(hash, new Uint8Array(64))).toEqual(hash(new Uint8Array(65)))
    expect(nodeHash(hash, leaves[0] as Uint8Array, leaves[1] as Uint8Array)).toEqual(
      hash(Uint8Array.of(1), leaves[0] as Uint8Array, leaves[1] as Uint8Array),
    )
    expect(leafHash(hash, Uint8Array.of(1), Uint8Array.of(2))).toEqual(leafHash(hash, Uint8Array.of(1, 2)))
  })

  it('proves every leaf of every size up to 64, and nothing else of it', () => {
    const tree = treeOf(64)
    for (let size = 1; size <= 64; size++) {
      const root = tree.root(size)
      for (let index = 0; index < size; index++) {
        const proof = tree.inclusionProof(index, size)
        verifyInclusion(hash, index, size, leaves[index] as Uint8Array, proof, root)
        const other = leaves[(index + 1) % 130] as Uint8Array
        expectCode('ERR_VERIFY_ROOT', () => verifyInclusion(hash, index, size, other, proof, root))
      }
    }
  })

  it('proves every prefix of every size up to 64, and nothing else of it', () => {
    const tree = treeOf(64)
    for (let second = 1; second <= 64; second++) {
      for (let first = 0; first <= second; first++) {
        const proof = tree.consistencyProof(first, second)
        verifyConsistency(hash, first, second, proof, tree.root(first), tree.root(second))
        if (first === 0) continue
        const forged = hash(tree.root(first))
        expectCode('ERR_VERIFY_ROOT', () =>
          verifyConsistency(hash, first, second, proof, forged, tree.root(second)),
        )
      }
    }
  })

  it('refuses a proof that is changed in one bit, shortened, lengthened or moved', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), fc.nat(255), (size, at, where, bit) => {
        const tree = treeOf(size)
        const index = at % size
        const proof = tree.inclusionProof(index, size)
        const verify = (i: number, n: number, nodes: readonly Uint8Array[]) => () =>
          verifyInclusion(hash, i, n, leaves[index] as Uint8Array, nodes, tree.root())
        verify(index, size, proof)()
        expectCode('ERR_VERIFY_ROOT', verify(index, size, [...proof, leaves[0] as Uint8Array]))
        expectCode('ERR_VERIFY_ROOT', verify(size, size, proof))
        if (size > 1) {
          const node = proof[where % proof.length] as Uint8Array
          const changed = node.with(bit >> 3, (node[bit >> 3] as number) ^ (1 << (bit & 7)))
          expectCode('ERR_VERIFY_ROOT', verify(index, size, proof.with(where % proof.length, changed)))
          expectCode('ERR_VERIFY_ROOT', verify(index, size, proof.slice(1)))
          expectCode('ERR_VERIFY_ROOT', verify((index + 1) % size, size, proof))
        }
      }),
    )
  })

  it('refuses hashes of another length, which would shift the boundary between children', () => {
    const tree = treeOf(3)
    const [left, right] = [leaves[0] as Uint8Array, leaves[1] as Uint8Array]
    const both = Uint8Array.from([...left, ...right])
    const proof = [both.subarray(31), tree.subtree(0, 2)]
    expectCode('ERR_VERIFY_ROOT', () => verifyInclusion(hash, 0, 3, both.subarray(0, 31), proof, tree.root()))
    expectCode('ERR_VERIFY_ROOT', () =>
      verifyConsistency(hash, 2, 3, [new Uint8Array(31)], tree.root(2), tree.root()),
    )
  })

  it('takes an empty tree for a prefix of every tree, and nothing else for an empty tree', () => {
    const root = treeOf(2).root()
    verifyConsistency(hash, 0, 2, [], hash(), root)
    verifyConsistency(hash, 0, 0, [], hash(), hash())
    expectCode('ERR_VERIFY_ROOT', () => verifyConsistency(hash, 0, 2, [], root, root))
    expectCode('ERR_VERIFY_ROOT', () => verifyConsistency(hash, 0, 2, [root], hash(), root))
    expectCode('ERR_VERIFY_ROOT', () => verifyConsistency(hash, 0, 0, [], root, root))
    expectCode('ERR_VERIFY_ROOT', () => verifyConsistency(hash, 3, 2, [], root, root))
    expectCode('ERR_VERIFY_ROOT', () => verifyConsistency(hash, 1, 2, [], hash(), root))
  })

  it('refuses sizes and indices that are no integers, or negative', () => {
    const root = treeOf(2).root()
    const leaf = leaves[0] as Uint8Array
    for (const index of [0.5, Number.NaN, -1, -1n]) {
      expectCode('ERR_VERIFY_ROOT', () => verifyInclusion(hash, index, 2, leaf, [leaf], root))
      expectCode('ERR_VERIFY_ROOT', () => verifyConsistency(hash, index, 2, [leaf], root, root))
    }
  })

  it('refuses to prove what the tree does not hold', () => {
    const tree = treeOf(5)
    for (const index of [5, -1, 0.5]) expectCode('ERR_INPUT_RANGE', () => tree.inclusionProof(index))
    for (const first of [6, -1, 0.5]) expectCode('ERR_INPUT_RANGE', () => tree.consistencyProof(first))
    expectCode('ERR_INPUT_RANGE', () => tree.root(6))
    expectCode('ERR_INPUT_RANGE', () => tree.subtree(3, 0))
  })

  it('asks only for complete subtrees, at any size', () => {
    const asked: [number, number][] = []
    const source: SubtreeSource = {
      subtree(level, index) {
        asked.push([level, index])
        return hash(i2osp(level, 1), i2osp(index, 7))
      },
    }
    const size = 2 ** 40 + 2 ** 20 + 1
    treeRoot(hash, source, size)
    expect(asked).toEqual([
      [40, 0],
      [20, 2 ** 20],
      [0, 2 ** 40 + 2 ** 20],
    ])
    const proof = inclusionProof(hash, source, 2 ** 40 - 1, size)
    expect(proof).toHaveLength(41)
    for (const [level, index] of asked) {
      expect(Number.isInteger(level) && Number.isInteger(index)).toBe(true)
      expect((index + 1) * 2 ** level).toBeLessThanOrEqual(size)
    }
  })
})
