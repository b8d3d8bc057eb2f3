import { aes128Stream } from '@mixun/core/aes'
import type { SparseKernelFactory } from '@mixun/core/sparse'
import { layOut } from '../blocks/lay-out.ts'
import { codeSeed } from './derive.ts'
import { ELEMENT_BYTES, type VoleParameters, type VoleShape } from './params.ts'

/** Positions or outputs that go through the kernel at once. */
const PIECE = 8_192
const WORD_BYTES = 4

/**
 * The dual of an expand-convolute code, applied to vectors of noise: the half behind the outputs is convolved, and each
 * output adds elements of it to itself (eprint 2023/882; the parameters say which). Linear, public and the same for every
 * session of a size.
 *
 * @param vectors `shape.length` elements each; left alone
 * @returns of each the first `shape.count` outputs
 */
export function encodeDual(
  parameters: VoleParameters,
  shape: VoleShape,
  vectors: readonly Uint8Array[],
  makeKernel: SparseKernelFactory,
): Uint8Array[] {
  const { regularWeight, uniformWeight, passes } = parameters
  const weight = regularWeight + uniformWeight
  const vectorBytes = ELEMENT_BYTES * shape.length
  const { places, bytes } = layOut({
    vectors: vectors.length * vectorBytes,
    draws: PIECE * weight * WORD_BYTES,
  })
  const kernel = makeKernel(bytes)
  const starts = vectors.map((_, i) => places.vectors + i * vectorBytes)
  for (const [i, vector] of vectors.entries()) kernel.memory.set(vector, starts[i])
  const parity = ELEMENT_BYTES * shape.outputs
  const parityLength = shape.length - shape.outputs
  for (let pass = 0; pass < passes; pass++) {
    const coefficients = aes128Stream(codeSeed(parameters, shape, `convolution ${pass}`))
    for (const { from, count } of pieces(parityLength)) {
      kernel.memory.set(coefficients(count * WORD_BYTES), places.draws)
      for (const start of starts) kernel.convolute(start + parity, parityLength, places.draws, from, count)
    }
  }
  const draws = aes128Stream(codeSeed(parameters, shape, 'expansion'))
  for (const { from, count } of pieces(shape.count)) {
    kernel.memory.set(draws(count * weight * WORD_BYTES), places.draws)
    for (const start of starts) {
      const out = start + ELEMENT_BYTES * from
      kernel.expand(out, start + parity, parityLength, places.draws, regularWeight, uniformWeight, count)
    }
  }
  const outputs = starts.map(start => kernel.memory.slice(start, start + ELEMENT_BYTES * shape.count))
  kernel.memory.fill(0)
  return outputs
}

function* pieces(length: number): Generator<{ from: number; count: number }> {
  for (let from = 0; from < length; from += PIECE) yield { from, count: Math.min(PIECE, length - from) }
}
