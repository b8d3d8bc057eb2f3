import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the young generation of this process from growing until it is disposed of: long work that feeds threads makes buffers and
 * drops them, and V8 would let it grow to 64 MB of garbage. Threads have a limit of their own from the pool.
 */
export function holdYoungGeneration(): Disposable {
  setFlagsFromString('--semi-space-growth-factor=1')
  return { [Symbol.dispose]: () => setFlagsFromString('--semi-space-growth-factor=2') }
}
