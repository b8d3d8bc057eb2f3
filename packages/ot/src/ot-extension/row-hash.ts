import type { Permutation } from '@mixun/core/aes'
import { BLOCK_BYTES } from './params.ts'
import { HASH_ROWS, type Workspace } from './workspace.ts'

/**
 * The tweakable correlation-robust hash TMMO(x, i) = π(π(x) ⊕ i) ⊕ π(x) (Guo, Katz, Wang and Yu, eprint 2019/074, section
 * 7.4) of `count` rows, the first of which has tweak `first`: a new array of `count` blocks.
 *
 * It runs in the kernel's memory, numbers in the low bytes of a block; `garbling/label-hash.ts` is the same hash of labels in
 * words, numbers in the last one.
 *
 * @param offset an address of a block that is added to every row before, or null
 */
export function hashRows(
  workspace: Workspace,
  permutation: Permutation,
  first: number,
  count: number,
  offset: number | null,
): Uint8Array {
  const { kernel, rows, hash } = workspace
  const { memory } = kernel
  const [inner, tweaked, outer] = hash
  const out = new Uint8Array(BLOCK_BYTES * count)
  for (let start = 0; start < count; start += HASH_ROWS) {
    const part = Math.min(HASH_ROWS, count - start)
    const bytes = BLOCK_BYTES * part
    let from = rows + BLOCK_BYTES * start
    if (offset !== null) {
      kernel.xorBlock(outer, from, offset, part)
      from = outer
    }
    memory.set(permutation(memory.subarray(from, from + bytes)), inner)
    kernel.xorTweaks(tweaked, inner, first + start, part)
    memory.set(permutation(memory.subarray(tweaked, tweaked + bytes)), outer)
    kernel.xor(outer, outer, inner, bytes)
    out.set(memory.subarray(outer, outer + bytes), BLOCK_BYTES * start)
  }
  return out
}
