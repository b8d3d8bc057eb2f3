import { fail } from '@mixun/core/errors'
import type { Element, Group, Scalar } from '@mixun/core/group'

/** `Σ scalars[i] · elements[i]` over public values; variable time. At least one term. */
export function publicSum(group: Group, scalars: readonly Scalar[], elements: readonly Element[]): Element {
  let sum: Element | null = null
  for (let i = 0; i < elements.length; i += 2) {
    const [p, a] = [elements[i] as Element, scalars[i] as Scalar]
    // An odd last term is paired with zero times itself.
    const q = elements[i + 1] ?? p
    const b = scalars[i + 1] ?? group.subtractScalars(a, a)
    const term = group.combinePublic(p, a, q, b)
    sum = sum === null ? term : group.add(sum, term)
  }
  return sum ?? fail('ERR_INPUT_LENGTH', 'expected at least one term')
}

/** Whether a public element is the identity, which has no encoding in every group. */
export function isIdentity(group: Group, element: Element): boolean {
  return group.equalElements(group.add(element, group.generator()), group.generator())
}

export function equalScalars(group: Group, a: Scalar, b: Scalar): boolean {
  return group.isZeroScalar(group.subtractScalars(a, b))
}

/** DeserializeScalar for keys, blinds and openings. @throws ERR_DECODE_LENGTH, ERR_DECODE_SCALAR, for zero too */
export function decodeNonZeroScalar(group: Group, bytes: Uint8Array): Scalar {
  const scalar = group.decodeScalar(bytes)
  if (group.isZeroScalar(scalar)) fail('ERR_DECODE_SCALAR', `${group.id}: expected a non-zero scalar`)
  return scalar
}
