import { concat, i2osp, utf8, wipe } from '@mixun/core/bytes'
import type { Element } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import type { Popf } from './messages.ts'
import { type BaseOtParameters, POPF_STRING_BYTES } from './params.ts'

const POINT_LABEL = 'mixun-base-ot-1-point'
const STRING_LABEL = 'mixun-base-ot-1-string'

/** A batch of functions. */
export interface PopfBatch {
  readonly parameters: BaseOtParameters
  /** What the batch is bound to, the digest of a transcript. */
  readonly context: Uint8Array
}

/** Where a function stands: instance and input go into every hash, and so does what both sides of the run saw. */
export interface PopfPlace extends PopfBatch {
  /** i, the instance. */
  readonly index: number
}

/**
 * Program of the Feistel POPF of eprint 2020/1043, which serves batches too (eprint 2021/682, section 5.4, says so and
 * leaves the proof out), for every instance of a batch: φ = (s, T) with φ(x) = y, uniform for uniform y.
 *
 * @param choices x of each instance; secret, they select nothing but a byte that is hashed
 * @param points y of each instance
 */
export function program(
  batch: PopfBatch,
  choices: Uint8Array,
  points: readonly Element[],
  random: RandomSource,
): Popf[] {
  const { group } = batch.parameters
  const strings = points.map(() => random.bytes(POPF_STRING_BYTES))
  const elements = points.map((y, index) => {
    const hashed = hashToPoint({ ...batch, index }, choices[index] as number, strings[index] as Uint8Array)
    return group.add(y, group.negate(hashed))
  })
  return group.encodeElementBatch(elements).map((encodedElement, index) => {
    const r = strings[index] as Uint8Array
    const string = xor(r, hashToString({ ...batch, index }, choices[index] as number, encodedElement))
    wipe(r)
    return { string, element: elements[index] as Element, encodedElement }
  })
}

/** Eval of the Feistel POPF: φ(x) = T + H(x, s ⊕ H′(x, T)). The result may be the identity, for a maker who wants it. */
export function evaluate(place: PopfPlace, x: number, popf: Popf): Element {
  const r = xor(popf.string, hashToString(place, x, popf.encodedElement))
  return place.parameters.group.add(popf.element, hashToPoint(place, x, r))
}

/** H: strings of 3κ bits to the group. */
function hashToPoint({ parameters, context, index }: PopfPlace, x: number, r: Uint8Array): Element {
  const input = concat(i2osp(index, 4), Uint8Array.of(x), r)
  return parameters.group.hashToGroup(concat(context, input), utf8(`${POINT_LABEL}-${parameters.id}`))
}

/** H′: the group to strings of 3κ bits. */
function hashToString(
  { parameters, context, index }: PopfPlace,
  x: number,
  encodedElement: Uint8Array,
): Uint8Array {
  const { suite, id } = parameters
  const input = concat(context, i2osp(index, 4), Uint8Array.of(x), encodedElement)
  const halves = [0, 1].map(half => suite.hash(utf8(`${STRING_LABEL}-${half}-${id}\0`), input))
  return concat(...halves).slice(0, POPF_STRING_BYTES)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number))
}
