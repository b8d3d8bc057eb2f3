import type { RandomSource } from '@mixun/core/random'
import { type SparseKernelFactory, wasmSparse } from '@mixun/core/sparse'
import { viewBytes, viewWords, xorWords, copyWords } from '../blocks/words.ts'
import { decodeOkvs, encodeOkvs, type Okvs } from '../okvs/index.ts'
import type { ReceivedVole } from '../vole/index.ts'
import { hashOutputs, keysOf, valuesOf } from './digests.ts'
import type { BlindedItems } from './messages.ts'
import { type BatchedOprfParameters, ELEMENT_BYTES } from './params.ts'

/**
 * The store that maps each item's key to its value: what the receiver can make before there is a VOLE. Secret.
 *
 * @throws ERR_INPUT_DUPLICATE for an item that stands twice, ERR_OKVS_ENCODE
 */
export function storeItems(
  { okvs }: BatchedOprfParameters,
  digests: Uint8Array,
  random: RandomSource,
  makeKernel: SparseKernelFactory = wasmSparse,
): Okvs {
  const items = { keys: keysOf(digests), values: valuesOf(digests), valueBytes: ELEMENT_BYTES }
  return encodeOkvs(okvs, items, random, makeKernel)
}

/** The store under u. @param store for one run; overwritten */
export function blindStore(store: Okvs, { u }: ReceivedVole): BlindedItems {
  const columns = copyWords(store.columns)
  xorWords(columns, viewWords(u))
  return { seed: store.seed, columns: viewBytes(columns) }
}

/** The outputs of the receiver's items, 32 bytes each, in their order. */
export function receiverOutputs(
  store: Okvs,
  { w }: ReceivedVole,
  coin: Uint8Array,
  digests: Uint8Array,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const elements = decodeOkvs({ ...store, columns: w }, keysOf(digests), makeKernel)
  return hashOutputs(elements, coin, digests)
}
