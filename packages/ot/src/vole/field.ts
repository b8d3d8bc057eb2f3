import { aes128Stream } from '@mixun/core/aes'
import { wasmGf2 } from '@mixun/core/gf2'
import { MULTIPLES_BYTES, type SparseKernelFactory } from '@mixun/core/sparse'
import { layOut } from '../blocks/lay-out.ts'
import { ELEMENT_BYTES } from './params.ts'

const PIECE = 16_384

/** Σ a[i] · b[i] over elements one after another; neither decides a branch or an address. */
export function innerProduct(a: Uint8Array, b: Uint8Array): Uint8Array {
  const { places, bytes } = layOut({ a: a.length, b: b.length, out: ELEMENT_BYTES })
  const kernel = wasmGf2(bytes)
  kernel.memory.set(a, places.a)
  kernel.memory.set(b, places.b)
  kernel.innerProduct(places.out, places.a, places.b, a.length / ELEMENT_BYTES)
  return kernel.memory.slice(places.out, places.out + ELEMENT_BYTES)
}

/** The public weights of a check, numbers `from` to `from` + `count`: a uniform element each. */
export function weightsOf(seed: Uint8Array, from: number, count: number): Uint8Array {
  return aes128Stream(seed, from)(ELEMENT_BYTES * count)
}

/** The sum of all elements, each times its weight. */
export function weightedSum(
  seed: Uint8Array,
  elements: Uint8Array,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const { places, bytes } = layOut({
    buckets: MULTIPLES_BYTES,
    weights: PIECE * ELEMENT_BYTES,
    values: PIECE * ELEMENT_BYTES,
    out: ELEMENT_BYTES,
  })
  const kernel = makeKernel(bytes)
  const stream = aes128Stream(seed)
  for (let at = 0; at < elements.length; at += PIECE * ELEMENT_BYTES) {
    const values = elements.subarray(at, at + PIECE * ELEMENT_BYTES)
    kernel.memory.set(values, places.values)
    kernel.memory.set(stream(values.length), places.weights)
    kernel.fillBuckets(places.buckets, places.weights, places.values, values.length / ELEMENT_BYTES)
  }
  kernel.sumBuckets(places.out, places.buckets)
  const sum = kernel.memory.slice(places.out, places.out + ELEMENT_BYTES)
  kernel.memory.fill(0)
  return sum
}

/** Rows of 16 bytes, 128 an element, as elements: Σ x^k · row[128 i + k]. */
export function packElements(rows: Uint8Array, count: number, makeKernel: SparseKernelFactory): Uint8Array {
  const { places, bytes } = layOut({ rows: rows.length, out: ELEMENT_BYTES * count })
  const kernel = makeKernel(bytes)
  kernel.memory.set(rows, places.rows)
  kernel.packRows(places.out, places.rows, count)
  const elements = kernel.memory.slice(places.out, places.out + ELEMENT_BYTES * count)
  kernel.memory.fill(0)
  return elements
}

/** a + b, block by block, in a new array. */
export function addElements(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number))
}
