import { fail } from '@mixun/core/errors'
import type { Element, Group, Scalar } from '@mixun/core/group'

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
