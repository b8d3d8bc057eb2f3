import { createHash } from 'node:crypto'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'
import { REPOSITORY_ROOT } from './workspace.ts'

/** Kernels of groups: one set of exports. */
export const GROUP_KERNEL_NAMES = ['ristretto255', 'sm2'] as const
export const KERNEL_NAMES = [...GROUP_KERNEL_NAMES, 'gf2', 'sparse', 'sha256'] as const
export const GENERATED_FOLDER = 'packages/core/src/kernel/generated'
const ASSEMBLY_FOLDER = 'packages/core/assembly'

/** Pages of 64 KiB: the exchange area, the tables and the working memory. */
const MEMORY_PAGES = 4
/** Kernels whose caller grows the memory, with its largest size in pages: 1 GiB and 2 GiB. */
const GROWING: ReadonlyMap<string, number> = new Map([
  ['gf2', 16_384],
  ['sparse', 32_768],
])

export interface CompiledKernel {
  readonly binary: Uint8Array
  /** The same module as WebAssembly text. */
  readonly text: string
}

/** Compiles `packages/core/assembly/<name>/index.ts`. The same sources and compiler give the same bytes. */
export async function compileKernel(name: string, folder = ASSEMBLY_FOLDER): Promise<CompiledKernel> {
  const outputs = new Map<string, Uint8Array | string>()
  const messages: string[] = []
  const write = { write: (message: string | Uint8Array) => messages.push(String(message)) > 0 }
  const { error } = await asc.main(
    [
      `${name}/index.ts`,
      `--baseDir=${join(REPOSITORY_ROOT, folder)}`,
      '--outFile=kernel.wasm',
      '--textFile=kernel.wat',
      '--runtime=stub',
      '--use=abort=',
      '--enable=simd',
      '--optimizeLevel=3',
      `--initialMemory=${MEMORY_PAGES}`,
      `--maximumMemory=${GROWING.get(name) ?? MEMORY_PAGES}`,
    ],
    {
      stdout: write,
      stderr: write,
      writeFile: (file, contents) => {
        outputs.set(file, contents)
      },
    },
  )
  const binary = outputs.get('kernel.wasm')
  const text = outputs.get('kernel.wat')
  if (error !== null || !(binary instanceof Uint8Array) || typeof text !== 'string') {
    throw new Error(`compiling the kernel ${name} failed\n${messages.join('')}`, { cause: error })
  }
  return { binary, text }
}

/** The TypeScript module that carries a compiled kernel. */
export function generatedSource(name: string, binary: Uint8Array): string {
  const digest = createHash('sha256').update(binary).digest('hex')
  return `// Made by scripts/build-kernels.ts from packages/core/assembly/${name}; do not edit.
import type { KernelModule } from '../kernel-module.ts'

/** The compiled kernel of ${name}, with its digest. */
export const ${name}Module: KernelModule = {
  name: '${name}',
  bytes: ${binary.length},
  sha256: '${digest}',
  base64:
    '${Buffer.from(binary).toString('base64')}',
}
`
}
