import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'

/** Protocol name in the hello. */
export const OT_EXTENSION_PROTOCOL = 'ot-extension'

/** κ: bits of Δ, columns of the matrix, base OTs of a setup. */
export const COLUMNS = 128

/** Bytes of a message, of a row and of a seed. */
export const BLOCK_BYTES = 16

/** Rows of a block: what the kernel transposes at once. */
export const BLOCK_ROWS = 128

/** Most OTs that one call asks for. */
export const MAX_OT_COUNT = 2 ** 32

/** Sessions that one setup serves: their tags are remembered. */
export const MAX_SESSIONS = 65_536

/** SoftSpoken OT extension over GF(2^k). */
export interface OtExtensionParameters extends ParameterSet {
  /** k: bits of Δ that one tree hides; 128 / k trees of 2^k leaves. More of it means fewer bytes and more AES. */
  readonly k: 1 | 2 | 4
  /** Trees, N = 128 / k. */
  readonly trees: number
  readonly isMalicious: boolean
  /** OTs of a chunk, a multiple of 128. The two sides hold one chunk in memory, and its message fits a frame of 1 MiB. */
  readonly chunkCount: number
}

const CHUNK_COUNTS = { 1: 65_536, 2: 65_536, 4: 131_072 } as const

/** `softspoken_k1_semihonest` … `softspoken_k4_malicious`. */
export const otExtensionParameters: readonly OtExtensionParameters[] = ([1, 2, 4] as const).flatMap(k =>
  [false, true].map(isMalicious =>
    defineParameters({
      id: `softspoken_k${k}_${isMalicious ? 'malicious' : 'semihonest'}`,
      securityLevel: 'classical128',
      source: 'eprint 2022/192 with the repetition code; hash TMMO of eprint 2019/074',
      k,
      trees: COLUMNS / k,
      isMalicious,
      chunkCount: CHUNK_COUNTS[k],
    }),
  ),
)

/** k = 2 with both checks: as fast as any on one machine, and half of the bytes of k = 1. */
export const DEFAULT_OT_EXTENSION = 'softspoken_k2_malicious'

/** @throws ERR_PARAMETER_UNKNOWN */
export function otExtensionParametersById(id: string): OtExtensionParameters {
  return (
    otExtensionParameters.find(parameters => parameters.id === id) ??
    fail(
      'ERR_PARAMETER_UNKNOWN',
      `expected parameters of OT extension, found ${JSON.stringify(id.slice(0, 40))}`,
    )
  )
}

/** Rows of the matrix of a chunk: the OTs, filled up to whole blocks, and one block that the check gives away. */
export function chunkRows({ isMalicious }: OtExtensionParameters, count: number): number {
  return BLOCK_ROWS * (Math.ceil(count / BLOCK_ROWS) + (isMalicious ? 1 : 0))
}

/** The sizes of the chunks of `count` OTs, which both sides know. @throws ERR_INPUT_RANGE */
export function chunkCounts({ chunkCount }: OtExtensionParameters, count: number): Iterable<number> {
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_OT_COUNT) {
    fail('ERR_INPUT_RANGE', `expected 1 to ${MAX_OT_COUNT} OTs, found ${count}`)
  }
  return (function* () {
    for (let rest = count; rest > 0; rest -= chunkCount) yield Math.min(rest, chunkCount)
  })()
}
