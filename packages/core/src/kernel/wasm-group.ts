import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { Element, Group, Scalar } from '../group/group.ts'
import { MAX_SCALAR_DRAWS, refuseSource } from '../random/index.ts'
import { type KernelBridge, SCALAR_BYTES } from './bridge.ts'
import { type GroupKernel, MAX_PUBLIC_TERMS } from './kernel-module.ts'
import { chunks, littleEndian, split, wideLittleEndian } from './wire.ts'

/** What a group over a kernel is made of, beside the kernel. */
export interface WasmGroupOptions {
  /** Bytes of an encoded element. */
  readonly elementBytes: number
  /** Bits of the group order. */
  readonly orderBits: number
  readonly scalarEndian: 'little' | 'big'
  /** The uniform bytes that the kernel maps to an element. */
  readonly expandToGroup: (message: Uint8Array, dst: Uint8Array) => Uint8Array
  /** The uniform bytes that HashToScalar reduces: at most 64, in the order of `scalarEndian`. */
  readonly expandToScalar: (message: Uint8Array, dst: Uint8Array) => Uint8Array
}

/**
 * A {@link Group} over a WebAssembly kernel, equal to the reference over @noble/curves in every byte and error. Operations
 * on secrets run in kernel functions that scripts/check-constant-time.ts checks; `combinePublic`, `sumPublic` and the refusals of zero
 * and of the identity show in time what their results show anyway. The kernel is compiled at first use.
 */
export function wasmGroup<K extends GroupKernel>(bridge: KernelBridge<K>, options: WasmGroupOptions): Group {
  const { id } = bridge
  const { elementBytes, scalarEndian } = options
  let generator: Element | undefined
  const sumTerms = (elements: readonly Element[], scalars: readonly Scalar[]): Element => {
    const inputs = [
      concat(...elements.map(element => bridge.point(element))),
      concat(...scalars.map(scalar => bridge.integer(scalar))),
    ]
    return bridge.element(inputs, (kernel, r, p, a) => kernel.sumPublic(r, p, a, elements.length))
  }

  const group: Group = {
    id,
    isVariableTime: false,
    elementBytes,
    scalarBytes: SCALAR_BYTES,

    generator() {
      generator ??= bridge.element([], (kernel, r) => kernel.generator(r))
      return generator
    },
    multiply(element, scalar) {
      const a = bridge.nonZero(scalar)
      const p = bridge.nonIdentity(element)
      return bridge.element([p, a], (kernel, r, p, a) => kernel.multiply(r, p, a))
    },
    multiplyBatch(elements, scalar) {
      const a = bridge.nonZero(scalar)
      const points = elements.map(element => bridge.nonIdentity(element))
      return chunks(points, bridge.batchSize).flatMap(chunk =>
        bridge.elements(chunk.length, [concat(...chunk), a], (kernel, r, p, a) =>
          kernel.multiplyMany(r, p, a, chunk.length),
        ),
      )
    },
    multiplyEach(element, scalars) {
      const p = bridge.nonIdentity(element)
      const integers = scalars.map(scalar => bridge.nonZero(scalar))
      return chunks(integers, bridge.batchSize).flatMap(chunk =>
        bridge.elements(chunk.length, [p, concat(...chunk)], (kernel, r, p, a) =>
          kernel.multiplyEach(r, p, a, chunk.length),
        ),
      )
    },
    multiplyBase: scalar =>
      bridge.element([bridge.nonZero(scalar)], (kernel, r, a) => kernel.multiplyBase(r, a)),
    multiplyBaseBatch(scalars) {
      const integers = scalars.map(scalar => bridge.nonZero(scalar))
      return chunks(integers, bridge.batchSize).flatMap(chunk =>
        bridge.elements(chunk.length, [concat(...chunk)], (kernel, r, a) =>
          kernel.multiplyBaseMany(r, a, chunk.length),
        ),
      )
    },
    combinePublic: (p, a, q, b) => sumTerms([p, q], [a, b]),
    sumPublic(elements, scalars) {
      if (elements.length === 0 || scalars.length !== elements.length) {
        fail('ERR_INPUT_LENGTH', `${id}: expected as many scalars as elements, and at least one`)
      }
      const coefficients = chunks(scalars, MAX_PUBLIC_TERMS)
      return chunks(elements, MAX_PUBLIC_TERMS)
        .map((chunk, i) => sumTerms(chunk, coefficients[i] as Scalar[]))
        .reduce((sum, part) => group.add(sum, part))
    },
    add: (p, q) =>
      bridge.element([bridge.point(p), bridge.point(q)], (kernel, r, p, q) => kernel.add(r, p, q)),
    negate: element => bridge.element([bridge.point(element)], (kernel, r, p) => kernel.negate(r, p)),
    equalElements: (p, q) =>
      bridge.test([bridge.point(p), bridge.point(q)], (kernel, p, q) => kernel.equal(p, q)),

    randomScalar(random) {
      // Rejection sampling from as many bits as the order has (RFC 9497 section 2.1, RandomScalar).
      const excess = 8 * SCALAR_BYTES - options.orderBits
      for (let draw = 0; draw < MAX_SCALAR_DRAWS; draw++) {
        const bytes = random.bytes(SCALAR_BYTES)
        bytes[0] = (bytes[0] as number) & (0xff >>> excess)
        const value = littleEndian(bytes, 'big')
        bytes.fill(0)
        if (bridge.isReduced(value) && !bridge.isZero(value)) return bridge.newScalar(value)
      }
      return refuseSource(id)
    },
    addScalars: (a, b) =>
      bridge.scalar([bridge.integer(a), bridge.integer(b)], (kernel, r, a, b) => kernel.addScalars(r, a, b)),
    subtractScalars: (a, b) =>
      bridge.scalar([bridge.integer(a), bridge.integer(b)], (kernel, r, a, b) =>
        kernel.subtractScalars(r, a, b),
      ),
    multiplyScalars: (a, b) =>
      bridge.scalar([bridge.integer(a), bridge.integer(b)], (kernel, r, a, b) =>
        kernel.multiplyScalars(r, a, b),
      ),
    invertScalar: a => bridge.scalar([bridge.nonZero(a)], (kernel, r, a) => kernel.invertScalar(r, a)),
    isZeroScalar: a => bridge.isZero(bridge.integer(a)),

    hashToGroup(message, dst) {
      const uniform = options.expandToGroup(message, dst)
      const element = bridge.element([uniform], (kernel, r, bytes) => kernel.fromUniformBytes(r, bytes))
      bridge.nonIdentity(element)
      return element
    },
    hashToScalar(message, dst) {
      const wide = wideLittleEndian(options.expandToScalar(message, dst), scalarEndian)
      return bridge.scalar([wide], (kernel, r, bytes) => kernel.reduceScalar(r, bytes))
    },

    encodeElement: element =>
      bridge.compute(elementBytes, [bridge.point(element)], (kernel, bytes, p) => kernel.encode(bytes, p)),
    encodeElementBatch(elements) {
      const points = elements.map(element => bridge.point(element))
      return chunks(points, bridge.batchSize).flatMap(chunk =>
        split(
          bridge.compute(chunk.length * elementBytes, [concat(...chunk)], (kernel, bytes, p) =>
            kernel.encodeMany(bytes, p, chunk.length),
          ),
          elementBytes,
        ),
      )
    },
    decodeElement(bytes) {
      checkLength(id, 'an element', elementBytes, bytes)
      const element = bridge.decode(bytes, 'the canonical encoding of a group element', (kernel, r, at) =>
        kernel.decode(r, at),
      )
      if (bridge.isIdentity(bridge.point(element))) {
        fail('ERR_DECODE_ELEMENT', `${id}: expected an element other than the identity`)
      }
      return element
    },
    encodeScalar: a => littleEndian(bridge.integer(a), scalarEndian),
    decodeScalar(bytes) {
      checkLength(id, 'a scalar', SCALAR_BYTES, bytes)
      const value = littleEndian(bytes, scalarEndian)
      if (!bridge.isReduced(value)) {
        fail('ERR_DECODE_SCALAR', `${id}: expected a scalar below the group order`)
      }
      return bridge.newScalar(value)
    },
  }
  return group
}

/** @throws ERR_DECODE_LENGTH */
export function checkLength(id: string, what: string, expected: number, bytes: Uint8Array): void {
  if (bytes.length !== expected) {
    fail('ERR_DECODE_LENGTH', `${id}: expected ${what} of ${expected} bytes, found ${bytes.length}`)
  }
}
