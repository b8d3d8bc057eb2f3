export { referenceSparse } from './reference.ts'
export {
  BAND_BYTES,
  CONVOLUTION_REACH,
  MAX_SPARSE_BYTES,
  MULTIPLES_BYTES,
  type SparseKernel,
  type SparseKernelFactory,
} from './sparse-kernel.ts'
export { reusableSparse, wasmSparse } from './wasm.ts'
