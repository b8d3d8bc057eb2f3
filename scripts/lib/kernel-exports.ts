import type { WasmText } from './wasm-text.ts'

/**
 * Exports that are variable-time and are not checked. What decides their addresses is public (points and scalars of
 * `sumPublic`, draws of a code, public factors), or shows by the design of its caller (the rows of a key-value store, which
 * `okvs` says).
 */
export const VARIABLE_TIME_EXPORTS: ReadonlySet<string> = new Set([
  'sumPublic',
  'eliminate',
  'substitute',
  'bandProducts',
  'expand',
  'addMultiples',
  'fillBuckets',
])

/**
 * Exports that may return a value. Nothing follows it through the TypeScript around the kernel, so it must be public: a
 * size, or the one bit that its caller refuses by.
 */
export const RETURNING_EXPORTS: ReadonlySet<string> = new Set([
  'exchange',
  'exchangeBytes',
  'elementBytes',
  'start',
  'decode',
  'decodeAffine',
  'equal',
  'isIdentity',
  'isZeroScalar',
  'isReducedScalar',
])

/**
 * What is wrong with the exports of a kernel. One that returned a part of a secret and one that took it as an argument would
 * each pass the check and leak together; so only listed exports return, and arguments are addresses and counts.
 */
export function exportFaults(module: WasmText): string[] {
  return [...module.exports].flatMap(([name, functionName]) => {
    const exported = module.functions.get(functionName)
    if (exported === undefined) return [`${name}: expected a function of the module`]
    const faults: string[] = []
    if (exported.parameterTypes.some(type => type !== 'i32'))
      faults.push(`${name}: expected i32 arguments only`)
    if (exported.results > 0 && !RETURNING_EXPORTS.has(name)) faults.push(`${name}: expected no result`)
    return faults
  })
}
