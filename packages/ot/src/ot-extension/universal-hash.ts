import { aes128Stream } from '@mixun/core/aes'
import { challengeSeed } from './derive.ts'
import { BLOCK_BYTES, BLOCK_ROWS, COLUMNS, chunkRows, type OtExtensionParameters } from './params.ts'
import type { Workspace } from './workspace.ts'

/** Which chunk of which session. */
export interface ChunkPlace {
  readonly parameters: OtExtensionParameters
  readonly tag: Uint8Array
  readonly index: number
  readonly count: number
  /** OTs of the session before this chunk. */
  readonly first: number
}

/**
 * Puts the challenges of a chunk into the workspace: a random element of GF(2^128) a block of 128 rows, and 1 for the last
 * block, which nobody uses and which hides what the hashes of the others would show.
 */
export function drawChallenges(workspace: Workspace, place: ChunkPlace, corrections: Uint8Array): void {
  const { parameters, tag, index, count } = place
  const blocks = chunkRows(parameters, count) / BLOCK_ROWS
  const stream = aes128Stream(challengeSeed(parameters, tag, index, count, corrections))
  const { memory } = workspace.kernel
  const last = workspace.challenges + BLOCK_BYTES * (blocks - 1)
  stream(last - workspace.challenges, memory.subarray(workspace.challenges, last))
  memory.fill(0, last, last + BLOCK_BYTES)
  memory[last] = 1
}

/**
 * Hashes all 128 columns of the matrix in `workspace.rows` under the challenges: 128 rows of 16 bytes at `workspace.sum`,
 * bit c of row b being bit b of the hash of column c.
 */
export function hashColumns(workspace: Workspace, blocks: number): Uint8Array {
  const { kernel, sum, rows, challenges } = workspace
  kernel.memory.fill(0, sum, sum + 2 * COLUMNS * BLOCK_BYTES)
  for (let block = 0; block < blocks; block++) {
    const at = challenges + BLOCK_BYTES * block
    kernel.accumulate(
      sum,
      rows + block * BLOCK_ROWS * BLOCK_BYTES,
      kernel.memory.subarray(at, at + BLOCK_BYTES),
    )
  }
  kernel.reduce(sum)
  return kernel.memory.subarray(sum, sum + COLUMNS * BLOCK_BYTES)
}

/** The hash of the choice bits, one column: a block. */
export function hashChoices(workspace: Workspace, blocks: number): Uint8Array {
  const { kernel, scratch, choices, challenges } = workspace
  kernel.innerProduct(scratch, choices, challenges, blocks)
  return kernel.memory.slice(scratch, scratch + BLOCK_BYTES)
}
