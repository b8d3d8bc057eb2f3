import { aes128Permutation, type Stream } from '@mixun/core/aes'
import { BLOCK_BYTES } from './params.ts'
import { HASH_ROWS, type Workspace } from './workspace.ts'

/** Public keys of the permutation, of 16 bytes each: the next one for the next {@link HASH_ROWS} rows. */
export type RowKeys = Stream

/**
 * The tweakable correlation-robust hash TMMO(x, i) = π(π(x) ⊕ i) ⊕ π(x) (Guo, Katz, Wang and Yu, eprint 2019/074, section
 * 7.4) of `count` rows, the first of which has tweak `first`: a new array of `count` blocks.
 *
 * The permutation is another one after {@link HASH_ROWS} rows: whoever knows q hashes of unknown rows under one permutation
 * finds Δ with 2^128 / q calls of it, each of which serves against all q (their bound, and that of eprint 2019/1168, has the
 * same factor).
 *
 * It runs in the kernel's memory, numbers in the low bytes of a block; `garbling/label-hash.ts` is the same hash of labels in
 * words, numbers in the last one.
 */
export function hashRows(workspace: Workspace, keys: RowKeys, first: number, count: number): Uint8Array {
  const out = new Uint8Array(BLOCK_BYTES * count)
  for (let start = 0; start < count; start += HASH_ROWS) {
    const part = Math.min(HASH_ROWS, count - start)
    const hashed = hashParts(workspace, keys, [workspace.rows + BLOCK_BYTES * start], first + start, part)
    out.set(hashed, BLOCK_BYTES * start)
  }
  return out
}

/** The hashes of rows, and of the same rows plus Δ. */
export function hashRowPairs(
  workspace: Workspace,
  keys: RowKeys,
  first: number,
  count: number,
): readonly [zeros: Uint8Array, ones: Uint8Array] {
  const { kernel, rows, delta, shifted } = workspace
  const zeros = new Uint8Array(BLOCK_BYTES * count)
  const ones = new Uint8Array(BLOCK_BYTES * count)
  for (let start = 0; start < count; start += HASH_ROWS) {
    const part = Math.min(HASH_ROWS, count - start)
    const from = rows + BLOCK_BYTES * start
    kernel.xorBlock(shifted, from, delta, part)
    const hashed = hashParts(workspace, keys, [from, shifted], first + start, part)
    zeros.set(hashed.subarray(0, BLOCK_BYTES * part), BLOCK_BYTES * start)
    ones.set(hashed.subarray(BLOCK_BYTES * part), BLOCK_BYTES * start)
  }
  return [zeros, ones]
}

/** Hashes of one or two runs of `part` rows under the next key, the same tweaks for each: a view into the workspace. */
function hashParts(
  { kernel, hash: [inner, outer] }: Workspace,
  keys: RowKeys,
  froms: readonly number[],
  first: number,
  part: number,
): Uint8Array {
  const { memory } = kernel
  const bytes = BLOCK_BYTES * part
  const permute = aes128Permutation(keys(BLOCK_BYTES))
  for (const [i, from] of froms.entries()) {
    const at = inner + i * bytes
    permute(memory.subarray(from, from + bytes), memory.subarray(at, at + bytes))
    kernel.xorTweaks(outer + i * bytes, inner + i * bytes, first, part)
  }
  const hashes = memory.subarray(outer, outer + bytes * froms.length)
  permute(hashes, hashes)
  kernel.xor(outer, outer, inner, hashes.length)
  return hashes
}
