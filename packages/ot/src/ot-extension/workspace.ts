import type { Gf2Kernel, Gf2KernelFactory } from '@mixun/core/gf2'
import { BLOCK_BYTES, COLUMNS, chunkRows, type OtExtensionParameters } from './params.ts'

/** Rows that are hashed at once, and under one key. */
export const HASH_ROWS = 1_024

/** Rows of a sum of the universal hash, rounded up. */
const SUM_BYTES = 256 * BLOCK_BYTES

/** Where a chunk lies in the kernel's memory; the same on both sides. */
export interface Workspace {
  readonly kernel: Gf2Kernel
  /** 2^k streams of one tree. */
  readonly leaves: number
  /** u of one tree. */
  readonly u: number
  /** u of the first tree: the choice bits. */
  readonly choices: number
  /** V or W by columns, 128 streams. */
  readonly columns: number
  /** The same by rows. */
  readonly rows: number
  /** What the receiver sends and the sender is sent, trees − 1 streams. */
  readonly corrections: number
  /** A universal hash by rows. */
  readonly sum: number
  /** A challenge a block of rows. */
  readonly challenges: number
  /** Δ and its bits as masks, and a block of scratch. */
  readonly delta: number
  readonly masks: number
  readonly scratch: number
  /** {@link HASH_ROWS} rows plus Δ. */
  readonly shifted: number
  /** Two ranges of twice {@link HASH_ROWS} blocks. */
  readonly hash: readonly [inner: number, outer: number]
}

/** Memory for chunks of at most `count` OTs. */
export function workspaceFor(
  parameters: OtExtensionParameters,
  count: number,
  makeKernel: Gf2KernelFactory,
): Workspace {
  const streamBytes = chunkRows(parameters, count) / 8
  let end = 0
  const take = (bytes: number): number => {
    const at = end
    end += bytes
    return at
  }
  const layout = {
    leaves: take(2 ** parameters.k * streamBytes),
    u: take(streamBytes),
    choices: take(streamBytes),
    columns: take(COLUMNS * streamBytes),
    rows: take(COLUMNS * streamBytes),
    corrections: take((parameters.trees - 1) * streamBytes),
    sum: take(SUM_BYTES),
    challenges: take(streamBytes),
    delta: take(BLOCK_BYTES),
    masks: take(COLUMNS),
    scratch: take(BLOCK_BYTES),
    shifted: take(HASH_ROWS * BLOCK_BYTES),
    hash: [take(2 * HASH_ROWS * BLOCK_BYTES), take(2 * HASH_ROWS * BLOCK_BYTES)] as const,
  }
  return { kernel: makeKernel(end), ...layout }
}
