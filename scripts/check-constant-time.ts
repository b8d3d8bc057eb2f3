// Checks that no branch, selection, address or operand of variable time in a compiled kernel depends on what the kernel
// computes with. Checked are the shipped bytes, read again: all exported functions but those listed as variable-time in
// lib/kernel-exports.ts, with all that they call.
//
// The rule: arguments (addresses, counts) are public; every value read from memory is secret, tables and constants too;
// what is calculated from a secret is secret. A secret may be calculated with by the instructions on a list and may be
// stored. It may not decide `if`, `br_if` or `select`, nor be an address, a length or an operand of a division. It leaves
// through memory: only the exports that are listed return a value, and none takes anything but i32.
//
// What this proves: about the WebAssembly module that is shipped, for every path. What it does not prove: that the engine's machine code keeps it (an engine may turn arithmetic into branches),
// that the processor multiplies in constant time, that the caller passes no secret as an address or a count, anything
// about the TypeScript around the kernel, about other channels than time and addresses, or about the listed functions.
//
// Usage: node scripts/check-constant-time.ts [kernel…]
import { argv, exit, stderr, stdout } from 'node:process'
import { compileKernel, KERNEL_NAMES } from './lib/compile-kernel.ts'
import { exportFaults, VARIABLE_TIME_EXPORTS } from './lib/kernel-exports.ts'
import { disassemble, shippedKernel } from './lib/shipped-kernel.ts'
import { type Leak, TaintAnalysis } from './lib/taint.ts'
import { parseWasmText } from './lib/wasm-text.ts'

export interface ConstantTimeReport {
  /** Exported functions that were checked. */
  readonly entries: readonly string[]
  /** Functions of the module that they reach. */
  readonly functions: number
  readonly leaks: readonly Leak[]
  /** What is wrong with its exports. */
  readonly faults: readonly string[]
}

/** Checks the exports of a module's text that `isChecked` admits. */
export function checkConstantTime(
  text: string,
  isChecked = (name: string): boolean => !VARIABLE_TIME_EXPORTS.has(name),
): ConstantTimeReport {
  const module = parseWasmText(text)
  const analysis = new TaintAnalysis(module)
  const entries = [...module.exports.keys()].filter(isChecked)
  for (const name of entries) analysis.enter(name)
  return { entries, functions: analysis.reached, leaks: analysis.leaks, faults: exportFaults(module) }
}

if (import.meta.main) {
  let failures = 0
  for (const name of argv.length > 2 ? argv.slice(2) : KERNEL_NAMES) {
    const shipped = await shippedKernel(name)
    const { binary } = await compileKernel(name)
    if (Buffer.compare(shipped, binary) !== 0) {
      failures++
      stderr.write(`${name}: the shipped module is not this one: run node scripts/build-kernels.ts\n`)
    }
    const { entries, functions, leaks, faults } = checkConstantTime(disassemble(shipped))
    failures += leaks.length + faults.length
    for (const fault of faults) stderr.write(`${name}: ${fault}\n`)
    for (const { functionName, line, instruction, reason } of leaks) {
      stderr.write(`${name}: ${functionName}, line ${line} of the text, ${instruction}: ${reason}\n`)
    }
    stdout.write(
      `check-constant-time: ${name}: ${entries.length} exports, ${functions} functions, ${leaks.length} leaks\n`,
    )
  }
  exit(failures === 0 ? 0 : 1)
}
