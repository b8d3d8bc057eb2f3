import { readFile } from 'node:fs/promises'
import { type ErrorCode, fail, MixunError, mixunError } from '@mixun/core/errors'
import createSeal, { type MainModule } from 'node-seal'

/** One instance of SEAL's WebAssembly module and the one way to call into it. */
export interface SealEngine {
  readonly seal: MainModule
  /** Runs `action` and turns whatever SEAL throws into a MixunError of `code` (default ERR_HE_OPERATION). */
  call<T>(action: () => T, code?: ErrorCode): T
  /** Size of SEAL's memory in bytes; it grows with what lives in it and never shrinks. */
  memoryBytes(): number
}

/** What TypeScript's libraries without a DOM do not declare. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>
  readonly Instance: new (module: object, imports: object) => WasmInstance
  readonly Exception: abstract new () => object
  readonly Memory: abstract new () => { readonly buffer: ArrayBufferLike }
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>
}

/** SEAL's C++ exceptions as they reach JavaScript: not an `Error`; message is [C++ type, text]. */
interface SealException {
  readonly message: readonly [string, string]
}

/** A function of node-seal that its type declarations leave out. */
interface ExceptionSupport {
  decrementExceptionRefcount(exception: SealException): void
}

/** The C++ stack in WebAssembly memory. */
interface ShadowStack {
  save(): number
  restore(pointer: number): void
}

let engine: Promise<SealEngine> | undefined

/** Loads SEAL once a thread (about 30 ms); keys and ciphertexts of all contexts live in its one memory. */
export function loadEngine(): Promise<SealEngine> {
  engine ??= instantiate()
  return engine
}

async function instantiate(): Promise<SealEngine> {
  const wasm = await readFile(new URL('seal_throws.wasm', import.meta.resolve('node-seal/throws')))
  const module = await WebAssembly.compile(wasm)
  let exports: WasmInstance['exports'] = {}
  const seal = await createSeal({
    // Emscripten's hook for making the instance; node-seal does not hand it out afterwards.
    instantiateWasm(imports: object, receive: (instance: WasmInstance, module: object) => void) {
      const instance = new WebAssembly.Instance(module, imports)
      exports = instance.exports
      receive(instance, module)
    },
  })
  return { seal, call: guardedCall(seal, shadowStack(exports)), memoryBytes: () => memoryBytes(exports) }
}

function memoryBytes(exports: WasmInstance['exports']): number {
  const memory = Object.values(exports).find(value => value instanceof WebAssembly.Memory)
  return memory?.buffer.byteLength ?? 0
}

/**
 * A C++ exception that leaves WebAssembly does not unwind the C++ stack, which holds some thousands of frames before
 * it overruns the heap: without this, refused ciphertexts would in time corrupt keys. `$` and `Z` are the names that
 * node-seal 7.0.0 exports `emscripten_stack_get_current` and `_emscripten_stack_restore` by; another build fails here.
 */
function shadowStack(exports: WasmInstance['exports']): ShadowStack {
  const stack = { save: exports['$'], restore: exports['Z'] } as Partial<ShadowStack>
  const { save, restore } = stack
  if (
    typeof save !== 'function' ||
    typeof restore !== 'function' ||
    save.length !== 0 ||
    restore.length !== 1
  ) {
    fail('ERR_INTERNAL', 'expected the WebAssembly module of node-seal 7.0.0')
  }
  const before = save()
  restore(before - 16)
  const moved = save()
  restore(before)
  if (moved !== before - 16) fail('ERR_INTERNAL', 'expected the WebAssembly module of node-seal 7.0.0')
  return { save, restore }
}

function guardedCall(seal: MainModule, stack: ShadowStack): SealEngine['call'] {
  const support = seal as unknown as ExceptionSupport
  return (action, code = 'ERR_HE_OPERATION') => {
    const pointer = stack.save()
    try {
      return action()
    } catch (thrown) {
      if (thrown instanceof MixunError) throw thrown
      stack.restore(pointer)
      if (!(thrown instanceof WebAssembly.Exception)) {
        throw mixunError(code, 'SEAL failed', { cause: thrown })
      }
      const exception = thrown as SealException
      const text = exception.message[1]
      support.decrementExceptionRefcount(exception)
      if (text === 'result ciphertext is transparent') {
        throw mixunError('ERR_HE_TRANSPARENT', 'expected a result that depends on a key')
      }
      throw mixunError(code, `SEAL refuses: ${text}`)
    }
  }
}
