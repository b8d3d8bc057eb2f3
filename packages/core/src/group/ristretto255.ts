import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { ristretto255Module } from '../kernel/generated/ristretto255.ts'
import { KernelBridge } from '../kernel/bridge.ts'
import { wasmGroup } from '../kernel/wasm-group.ts'
import type { Group } from './group.ts'

/** ristretto255 (RFC 9496) with the hashes of RFC 9497 section 4.1, over the WebAssembly kernel. */
export const ristretto255: Group = wasmGroup(new KernelBridge('ristretto255', ristretto255Module), {
  elementBytes: 32,
  orderBits: 253,
  scalarEndian: 'little',
  expandToGroup: (message, dst) => expand_message_xmd(message, dst, 64, sha512),
  expandToScalar: (message, dst) => expand_message_xmd(message, dst, 64, sha512),
})
