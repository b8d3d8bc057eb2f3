// Compiles packages/core/assembly to packages/core/src/kernel/generated. With --check it writes nothing and fails when a
// generated module differs from what the sources give. With --text it prints the WebAssembly text of one kernel.
// Usage: node scripts/build-kernels.ts [--check | --text <kernel>]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stderr, stdout } from 'node:process'
import { compileKernel, GENERATED_FOLDER, generatedSource, KERNEL_NAMES } from './lib/compile-kernel.ts'
import { REPOSITORY_ROOT } from './lib/workspace.ts'

const textOf = argv[2] === '--text' ? argv[3] : undefined
if (textOf !== undefined) {
  stdout.write((await compileKernel(textOf)).text)
  exit(0)
}

let stale = 0
for (const name of KERNEL_NAMES) {
  const { binary } = await compileKernel(name)
  const path = join(REPOSITORY_ROOT, GENERATED_FOLDER, `${name}.ts`)
  const source = generatedSource(name, binary)
  const isCurrent = existsSync(path) && readFileSync(path, 'utf8') === source
  if (!isCurrent && argv.includes('--check')) {
    stale++
    stderr.write(`${GENERATED_FOLDER}/${name}.ts is stale: run node scripts/build-kernels.ts\n`)
  } else if (!isCurrent) {
    writeFileSync(path, source)
  }
  stdout.write(`build-kernels: ${name}: ${binary.length} bytes, ${isCurrent ? 'current' : 'changed'}\n`)
}
exit(stale === 0 ? 0 : 1)
