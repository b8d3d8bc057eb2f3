import { KernelBridge } from '../kernel/bridge.ts'
import { sm2Module } from '../kernel/generated/sm2.ts'
import type { Sm2Kernel } from '../kernel/kernel-module.ts'
import { checkLength, wasmGroup } from '../kernel/wasm-group.ts'
import { expandMessageSm3 } from './expand-sm3.ts'
import type { Sm2Arithmetic } from './sm2-arithmetic.ts'

const AFFINE_BYTES = 64
/** L of RFC 9380 section 5.2. */
const FIELD_ELEMENT_BYTES = 48

const bridge = new KernelBridge<Sm2Kernel>('SM2', sm2Module)

/**
 * The group of SM2 (GB/T 32918.5), over the WebAssembly kernel, with hashes in the manner of RFC 9497 section 4 and RFC
 * 9380 section 8.2: simplified SWU, random-oracle variant, Z = −9, expand_message_xmd over SM3, L = 48.
 */
export const sm2: Sm2Arithmetic = {
  ...wasmGroup(bridge, {
    elementBytes: 33,
    orderBits: 256,
    scalarEndian: 'big',
    expandToGroup: (message, dst) => expandMessageSm3(message, dst, 2 * FIELD_ELEMENT_BYTES),
    expandToScalar: (message, dst) => expandMessageSm3(message, dst, FIELD_ELEMENT_BYTES),
  }),
  id: 'SM2',
  encodeAffine: element =>
    bridge.compute(AFFINE_BYTES, [bridge.point(element)], (kernel, bytes, p) =>
      kernel.encodeAffine(bytes, p),
    ),
  decodeAffine(bytes) {
    checkLength('SM2', 'coordinates', AFFINE_BYTES, bytes)
    return bridge.decode(bytes, 'the coordinates of a point of the curve', (kernel, r, at) =>
      kernel.decodeAffine(r, at),
    )
  },
}
