import { MULTIPLES_BYTES, type SparseKernelFactory } from '@mixun/core/sparse'
import { layOut } from '../blocks/lay-out.ts'
import { decodeOkvs } from '../okvs/index.ts'
import type { SentVole } from '../vole/index.ts'
import { hashOutputs, keysOf, valuesOf } from './digests.ts'
import type { BlindedItems } from './messages.ts'
import { type BatchedOprfParameters, ELEMENT_BYTES } from './params.ts'

/** What the sender evaluates with: its key for one run. Secret. */
export interface BatchedOprfKey {
  readonly parameters: BatchedOprfParameters
  readonly delta: Uint8Array
  readonly seed: Uint8Array
  /** Items of the receiver. */
  readonly count: number
  /** v + Δ · columns, 16 bytes each. */
  readonly columns: Uint8Array
}

/** The key that the receiver's message fixes. @param count items that the receiver announced */
export function oprfKey(
  parameters: BatchedOprfParameters,
  count: number,
  { delta, v }: SentVole,
  blinded: BlindedItems,
  makeKernel: SparseKernelFactory,
): BatchedOprfKey {
  const columns = addProducts(v, blinded.columns, delta, makeKernel)
  return { parameters, delta, seed: blinded.seed, count, columns }
}

/** The outputs of any items, 32 bytes each. */
export function senderOutputs(
  { parameters, delta, seed, count, columns }: BatchedOprfKey,
  coin: Uint8Array,
  digests: Uint8Array,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const store = { parameters: parameters.okvs, count, valueBytes: ELEMENT_BYTES, seed, columns }
  const decoded = decodeOkvs(store, keysOf(digests), makeKernel)
  return hashOutputs(addProducts(decoded, valuesOf(digests), delta, makeKernel), coin, digests)
}

/** sums[i] + factor · elements[i]; the elements decide addresses, the factor does not. */
function addProducts(
  sums: Uint8Array,
  elements: Uint8Array,
  factor: Uint8Array,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const { places, bytes } = layOut({
    factor: factor.length,
    table: MULTIPLES_BYTES,
    sums: sums.length,
    elements: elements.length,
  })
  const kernel = makeKernel(bytes)
  kernel.memory.set(factor, places.factor)
  kernel.memory.set(sums, places.sums)
  kernel.memory.set(elements, places.elements)
  kernel.fillMultiples(places.table, places.factor)
  kernel.addMultiples(places.sums, places.elements, places.table, sums.length / ELEMENT_BYTES)
  const result = kernel.memory.slice(places.sums, places.sums + sums.length)
  kernel.memory.fill(0)
  return result
}
