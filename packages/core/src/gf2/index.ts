export { type Gf2Kernel, type Gf2KernelFactory, MAX_GF2_BYTES, SUM_ROWS } from './gf2-kernel.ts'
export { referenceGf2 } from './reference.ts'
export { wasmGf2 } from './wasm.ts'
