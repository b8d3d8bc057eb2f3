import { writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import type { SizeLimit } from './size-limits.ts'

export interface BundleSize {
  /** Bytes after gzip of the chunks that are loaded at once. */
  readonly bytes: number
  /** Paths of the modules in them. */
  readonly modules: readonly string[]
}

/** Bundles named imports as an application in `folder` would: minified, unused code dropped. */
async function bundleSize(folder: string, path: string, names: readonly string[]): Promise<BundleSize> {
  const input = join(folder, 'size.mjs')
  writeFileSync(input, `export { ${names.join(', ')} } from '${path}'\n`)
  await using bundle = await rolldown({
    input,
    platform: 'browser',
    external: id => isBuiltin(id),
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  const chunks = new Map(output.flatMap(file => (file.type === 'chunk' ? [[file.fileName, file]] : [])))
  const loaded = new Set([...chunks.values()].filter(({ isEntry }) => isEntry))
  for (const { imports } of loaded) {
    for (const name of imports) {
      const chunk = chunks.get(name)
      if (chunk !== undefined) loaded.add(chunk)
    }
  }
  const code = [...loaded].map(chunk => chunk.code).join('')
  return { bytes: gzipSync(code).length, modules: [...loaded].flatMap(({ moduleIds }) => moduleIds) }
}

/** Limits that the bundles exceed; `report` gets a line for each. */
export async function sizeProblems(
  folder: string,
  limits: readonly SizeLimit[],
  report: (line: string) => void,
): Promise<string[]> {
  const problems: string[] = []
  for (const { path, names, maxBytes, without } of limits) {
    const { bytes, modules } = await bundleSize(folder, path, names)
    const what = `{ ${names.join(', ')} } of ${path}`
    report(`${String(bytes).padStart(7)} of ${String(maxBytes).padStart(7)} bytes  ${what}`)
    if (bytes > maxBytes) problems.push(`${what}: ${bytes} bytes after gzip, limit ${maxBytes}`)
    if (without !== undefined && modules.some(id => id.includes(`/node_modules/${without}/`))) {
      problems.push(`${what} loads ${without} at once`)
    }
  }
  return problems
}
