import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileKernel, GENERATED_FOLDER, generatedSource, KERNEL_NAMES } from './lib/compile-kernel.ts'
import { REPOSITORY_ROOT } from './lib/workspace.ts'

describe.each(KERNEL_NAMES)('kernel %s', name => {
  it('is what its sources compile to, byte for byte', async () => {
    const { binary } = await compileKernel(name)
    const committed = readFileSync(join(REPOSITORY_ROOT, GENERATED_FOLDER, `${name}.ts`), 'utf8')
    expect(committed === generatedSource(name, binary)).toBe(true)
    expect(binary.length).toBeLessThan(40_000)
  })
})

describe('compiling a kernel', () => {
  it('fails with the messages of the compiler', async () => {
    await expect(compileKernel('nothing')).rejects.toThrow(/compiling the kernel nothing failed[^]*not found/)
  })
})
