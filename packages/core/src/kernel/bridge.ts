import { fail } from '../errors/index.ts'
import type { Element, Scalar } from '../group/group.ts'
import { Exchange } from './exchange.ts'
import { Handle, openHandle } from './handle.ts'
import type { GroupKernel, KernelModule } from './kernel-module.ts'
import { loadGroupKernel } from './load.ts'
import { split } from './wire.ts'

/** Bytes of a scalar in a kernel: little-endian and reduced. */
export const SCALAR_BYTES = 32

type KernelAction<K, T> = (kernel: K, ...addresses: number[]) => T

/** One group's kernel, compiled at first use, and its handles. */
export class KernelBridge<K extends GroupKernel = GroupKernel> {
  readonly id: string
  readonly #module: KernelModule
  #loaded: Exchange<K> | undefined

  constructor(id: string, module: KernelModule) {
    this.id = id
    this.#module = module
  }

  /** Elements that one kernel call takes and gives. */
  get batchSize(): number {
    const { capacity, kernel } = this.#exchange()
    return Math.floor(capacity / (2 * kernel.elementBytes() + SCALAR_BYTES)) - 1
  }

  /** Runs a kernel function over copies of the inputs; it writes its result at the first address. */
  compute(resultBytes: number, inputs: readonly Uint8Array[], action: KernelAction<K, void>): Uint8Array {
    const exchange = this.#exchange()
    return exchange.compute(resultBytes, inputs, (...addresses) => action(exchange.kernel, ...addresses))
  }

  /** {@link KernelBridge.compute} of an element. */
  element(inputs: readonly Uint8Array[], action: KernelAction<K, void>): Element {
    return this.#newElement(this.compute(this.#exchange().kernel.elementBytes(), inputs, action))
  }

  /** {@link KernelBridge.compute} of `count` consecutive elements. */
  elements(count: number, inputs: readonly Uint8Array[], action: KernelAction<K, void>): Element[] {
    const bytes = this.#exchange().kernel.elementBytes()
    return split(this.compute(count * bytes, inputs, action), bytes).map(one => this.#newElement(one))
  }

  /** {@link KernelBridge.compute} of a scalar. */
  scalar(inputs: readonly Uint8Array[], action: KernelAction<K, void>): Scalar {
    return this.newScalar(this.compute(SCALAR_BYTES, inputs, action))
  }

  /** Whether a kernel predicate answers 1. */
  test(inputs: readonly Uint8Array[], predicate: KernelAction<K, number>): boolean {
    let isTrue = false
    this.compute(0, inputs, (kernel, _, ...addresses) => {
      isTrue = predicate(kernel, ...addresses) === 1
    })
    return isTrue
  }

  point(element: Element): Uint8Array {
    return openHandle(`${this.id} element`, element)
  }

  integer(scalar: Scalar): Uint8Array {
    return openHandle(`${this.id} scalar`, scalar)
  }

  newScalar(bytes: Uint8Array): Scalar {
    return new Handle(`${this.id} scalar`, bytes) as unknown as Scalar
  }

  isZero(a: Uint8Array): boolean {
    return this.test([a], (kernel, at) => kernel.isZeroScalar(at))
  }

  isReduced(a: Uint8Array): boolean {
    return this.test([a], (kernel, at) => kernel.isReducedScalar(at))
  }

  isIdentity(p: Uint8Array): boolean {
    return this.test([p], (kernel, at) => kernel.isIdentity(at))
  }

  /** @throws ERR_INPUT_RANGE for zero */
  nonZero(scalar: Scalar): Uint8Array {
    const a = this.integer(scalar)
    if (this.isZero(a)) fail('ERR_INPUT_RANGE', `${this.id}: expected a non-zero scalar`)
    return a
  }

  /** @throws ERR_INPUT_RANGE for the identity */
  nonIdentity(element: Element): Uint8Array {
    const p = this.point(element)
    if (this.isIdentity(p)) {
      fail('ERR_INPUT_RANGE', `${this.id}: expected an element other than the identity`)
    }
    return p
  }

  /** The element that a kernel predicate reads from `bytes`. @throws ERR_DECODE_ELEMENT where it answers 0 */
  decode(bytes: Uint8Array, what: string, read: KernelAction<K, number>): Element {
    let isValid = false
    const element = this.element([bytes], (kernel, ...addresses) => {
      isValid = read(kernel, ...addresses) === 1
    })
    if (!isValid) fail('ERR_DECODE_ELEMENT', `${this.id}: expected ${what}`)
    return element
  }

  #newElement(bytes: Uint8Array): Element {
    return new Handle(`${this.id} element`, bytes) as unknown as Element
  }

  #exchange(): Exchange<K> {
    this.#loaded ??= new Exchange<K>(loadGroupKernel(this.#module))
    return this.#loaded
  }
}
