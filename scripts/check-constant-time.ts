// Checks that no branch, selection, address or operand of variable time in a compiled kernel depends on what the kernel
// computes with. Checked are all exported functions whose names do not end in "Public", with all that they call.
//
// The rule: arguments (addresses, counts) are public; every value read from memory is secret, tables and constants too;
// what is calculated from a secret is secret. A secret may be calculated with by the instructions on a list and may be
// stored. It may not decide `if`, `br_if` or `select`, nor be an address, a length or an operand of a division.
//
// What this proves: about the WebAssembly module that is shipped (the digest of what is checked is compared), for every
// path. What it does not prove: that the engine's machine code keeps it (an engine may turn arithmetic into branches),
// that the processor multiplies in constant time, that the caller passes no secret as an address or a count, anything
// about the TypeScript around the kernel, about other channels than time and addresses, or about functions in "Public".
//
// Usage: node scripts/check-constant-time.ts [kernel…]
import { argv, exit, stderr, stdout } from 'node:process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileKernel, GENERATED_FOLDER, generatedSource, KERNEL_NAMES } from './lib/compile-kernel.ts'
import { type Leak, TaintAnalysis } from './lib/taint.ts'
import { parseWasmText } from './lib/wasm-text.ts'
import { REPOSITORY_ROOT } from './lib/workspace.ts'

export interface ConstantTimeReport {
  /** Exported functions that were checked. */
  readonly entries: readonly string[]
  /** Functions of the module that they reach. */
  readonly functions: number
  readonly leaks: readonly Leak[]
}

/** Checks the exports of a module's text that `isChecked` admits. */
export function checkConstantTime(
  text: string,
  isChecked = (name: string): boolean => !name.endsWith('Public'),
): ConstantTimeReport {
  const module = parseWasmText(text)
  const analysis = new TaintAnalysis(module)
  const entries = [...module.exports.keys()].filter(isChecked)
  for (const name of entries) analysis.enter(name)
  return { entries, functions: analysis.reached, leaks: analysis.leaks }
}

if (import.meta.main) {
  let failures = 0
  for (const name of argv.length > 2 ? argv.slice(2) : KERNEL_NAMES) {
    const { binary, text } = await compileKernel(name)
    const shipped = readFileSync(join(REPOSITORY_ROOT, GENERATED_FOLDER, `${name}.ts`), 'utf8')
    if (shipped !== generatedSource(name, binary)) {
      failures++
      stderr.write(`${name}: the shipped module is not this one: run node scripts/build-kernels.ts\n`)
    }
    const { entries, functions, leaks } = checkConstantTime(text)
    failures += leaks.length
    for (const { functionName, line, instruction, reason } of leaks) {
      stderr.write(`${name}: ${functionName}, line ${line} of the text, ${instruction}: ${reason}\n`)
    }
    stdout.write(
      `check-constant-time: ${name}: ${entries.length} exports, ${functions} functions, ${leaks.length} leaks\n`,
    )
  }
  exit(failures === 0 ? 0 : 1)
}
