import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { type OtExtensionParameters, otExtensionParametersById } from '../ot-extension/index.ts'

/** Protocol name in the hello of a session that makes nothing but a VOLE. */
export const VOLE_PROTOCOL = 'vole'

/** Bytes of an element of GF(2^128). */
export const ELEMENT_BYTES = 16

/** Most elements of one VOLE. */
export const MAX_VOLE_COUNT = 2 ** 25

/** A silent VOLE over GF(2^128): an expand-convolute code and regular noise. */
export interface VoleParameters extends ParameterSet {
  readonly isMalicious: boolean
  /** t: trees, and with them the weight of the noise: one position in each of t equal parts. */
  readonly trees: number
  /** Elements that an output of the code adds from one of as many equal parts each, and from anywhere. */
  readonly regularWeight: number
  readonly uniformWeight: number
  /** Passes of the convolution. */
  readonly passes: number
  /** Outputs that are computed at least, however few are asked for: below, the noise would be dense. */
  readonly minCount: number
  /** Where the trees' OTs and the first elements come from. */
  readonly extension: OtExtensionParameters
}

/**
 * The code is expand-convolute of rate 1/2 (eprint 2023/882) as its authors' library has it under the name ExConv21x24:
 * systematic, expander of weight 21 (11 regular, 10 uniform), state of 24, convolved twice with wrap-around. Its coefficients
 * are bits but for a fixed element of GF(2^128) in the convolution. Without that one, each of the 128 bits of the elements
 * would be a word of one binary code with errors at the same t places, and 128 such words together are decoded in some
 * 2^60 steps at t = 400, at once at t ≤ 250. The authors estimate a relative pseudo-distance δ of 0.2 to 0.25. Noise values
 * are uniform elements, so a linear test is blind unless it meets a noisy position: its bias is at most (1 − δ)^t, which
 * for 2^-128 and δ = 0.2 asks for t = 398. (The library takes (1 − 2δ)^t, the bound for values of one: t = 176 at δ = 0.2,
 * 128 at 0.25.) The best other attack known is to guess noiseless positions, some 2^t steps at rate 1/2.
 */
export const voleParameters: readonly VoleParameters[] = ['semihonest', 'malicious'].map(security =>
  defineParameters({
    id: `vole_ec21x24_t400_${security}`,
    securityLevel: 'classical128',
    source: 'eprint 2023/882 (code), 2019/1159 and 2020/925 (trees and their check), 2022/192 (base)',
    isMalicious: security === 'malicious',
    trees: 400,
    regularWeight: 11,
    uniformWeight: 10,
    passes: 2,
    minCount: 2 ** 14,
    extension: otExtensionParametersById(`softspoken_k2_${security}`),
  }),
)

/** @throws ERR_PARAMETER_UNKNOWN */
export function voleParametersById(id: string): VoleParameters {
  return (
    voleParameters.find(parameters => parameters.id === id) ??
    fail('ERR_PARAMETER_UNKNOWN', `expected parameters of VOLE, found ${JSON.stringify(id.slice(0, 40))}`)
  )
}

/** Sizes that follow from the number of elements; both sides know them. */
export interface VoleShape {
  /** Elements asked for. */
  readonly count: number
  /** Outputs of the code. */
  readonly outputs: number
  /** Leaves of each tree. */
  readonly leaves: number
  /** Levels of each tree under its root. */
  readonly depth: number
  /** Length of the noise: all leaves. */
  readonly length: number
}

/** @throws ERR_INPUT_RANGE unless 1 ≤ count ≤ {@link MAX_VOLE_COUNT} */
export function voleShape({ minCount, trees }: VoleParameters, count: number): VoleShape {
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_VOLE_COUNT) {
    fail('ERR_INPUT_RANGE', `expected 1 to ${MAX_VOLE_COUNT} elements, found ${count}`)
  }
  const outputs = Math.max(count, minCount)
  const leaves = Math.ceil((2 * outputs) / trees)
  return { count, outputs, leaves, depth: Math.ceil(Math.log2(leaves)), length: leaves * trees }
}
