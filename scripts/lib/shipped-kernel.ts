import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import binaryen from 'assemblyscript/binaryen'
import { GENERATED_FOLDER } from './compile-kernel.ts'
import { REPOSITORY_ROOT } from './workspace.ts'

/** The bytes of the kernel that the package carries. */
export async function shippedKernel(name: string): Promise<Uint8Array> {
  const file = pathToFileURL(join(REPOSITORY_ROOT, GENERATED_FOLDER, `${name}.ts`)).href
  const { base64, sha256 } = (await import(file))[`${name}Module`] as { base64: string; sha256: string }
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Error(`${name}: expected the bytes that the module's digest names`)
  }
  return bytes
}

/** A WebAssembly module as text, in stack order: what the bytes hold, whatever their compiler said. */
export function disassemble(bytes: Uint8Array): string {
  const module = binaryen.readBinary(bytes)
  try {
    return module.emitStackIR()
  } finally {
    module.dispose()
  }
}
