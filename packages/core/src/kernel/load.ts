import { sha256 } from '@noble/hashes/sha2.js'
import { toHex } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { GroupKernel, KernelModule } from './kernel-module.ts'

/** The part of the runtime's WebAssembly that is used here; Node's and browsers' type libraries differ. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/**
 * Compiles and instantiates a group kernel and fills its tables; some milliseconds, synchronous. There is no fallback: who
 * wants the variable-time reference names it.
 *
 * @throws ERR_KERNEL_MISSING when the module or WebAssembly itself is not there
 * @throws ERR_KERNEL_INVALID when the module is truncated, corrupted or another one than its name and digest say
 */
export function loadGroupKernel<K extends GroupKernel = GroupKernel>(module: KernelModule): K {
  return instantiate<K>(module, 'a group kernel', kernel => kernel.initialize())
}

/** Modules that were checked and compiled: instances share them. */
const compiled = new WeakMap<KernelModule, object>()

/** A fresh instance of a kernel, with a memory of its own. @throws as {@link loadGroupKernel} */
export function instantiate<K>(module: KernelModule, what: string, initialize: (kernel: K) => void): K {
  const api = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly
  if (api === undefined) {
    fail('ERR_KERNEL_MISSING', `kernel ${module.name}: expected a runtime with WebAssembly`)
  }
  const bytes = compiled.has(module) ? null : moduleBytes(module)
  try {
    const ready = compiled.get(module) ?? new api.Module(bytes as Uint8Array)
    compiled.set(module, ready)
    const kernel = new api.Instance(ready).exports as K
    initialize(kernel)
    return kernel
  } catch (cause) {
    return fail('ERR_KERNEL_INVALID', `kernel ${module.name}: expected ${what}`, { cause })
  }
}

function moduleBytes(module: KernelModule): Uint8Array {
  if (module.base64.length === 0) {
    fail(
      'ERR_KERNEL_MISSING',
      `kernel ${module.name}: expected a module of ${module.bytes} bytes, found none`,
    )
  }
  const bytes = decodeBase64(module)
  if (bytes.length !== module.bytes) {
    fail('ERR_KERNEL_INVALID', `kernel ${module.name}: expected ${module.bytes} bytes, found ${bytes.length}`)
  }
  if (toHex(sha256(bytes)) !== module.sha256) {
    fail('ERR_KERNEL_INVALID', `kernel ${module.name}: expected a module with the digest of this build`)
  }
  return bytes
}

function decodeBase64(module: KernelModule): Uint8Array {
  try {
    return Uint8Array.from(atob(module.base64), character => character.charCodeAt(0))
  } catch (cause) {
    return fail('ERR_KERNEL_INVALID', `kernel ${module.name}: expected base64`, { cause })
  }
}
