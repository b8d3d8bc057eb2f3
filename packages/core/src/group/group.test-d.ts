import { expectTypeOf } from 'vitest'
import { type Element, p256, ristretto255, type Scalar, sm2 } from './index.ts'

// Bytes, elements and scalars cannot be mixed up: each way between them is a function that checks.
declare const element: Element
declare const scalar: Scalar
declare const bytes: Uint8Array

ristretto255.multiply(element, scalar)
// @ts-expect-error a scalar is no element
ristretto255.multiply(scalar, scalar)
// @ts-expect-error an element is no scalar
ristretto255.multiply(element, element)
// @ts-expect-error bytes are no element until they are decoded
ristretto255.multiply(bytes, scalar)
// @ts-expect-error an element is not made by hand
const _made: Element = {}

expectTypeOf(sm2.decodeElement(bytes)).toEqualTypeOf<Element>()
expectTypeOf(p256.decodeScalar(bytes)).toEqualTypeOf<Scalar>()
expectTypeOf(ristretto255.encodeElement(element)).toExtend<Uint8Array>()
