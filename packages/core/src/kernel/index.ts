export type { GroupKernel, KernelModule } from './kernel-module.ts'
export { loadGroupKernel } from './load.ts'
export { wasmGroup, type WasmGroupOptions } from './wasm-group.ts'
