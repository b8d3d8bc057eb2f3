import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

export interface Bundle {
  readonly code: string
  /** What the bundle would import at run time; a browser finds none of it. */
  readonly imports: readonly string[]
}

/** Conditions of package.json that a bundler for browsers sets. */
export const BROWSER = ['browser', 'import', 'default']

const VIRTUAL = '\0named-imports'

/**
 * One minified module with everything it needs.
 *
 * @param source the file of this folder, or the text of a module
 * @param conditions that pick the files behind `exports` and `imports`
 */
export async function bundle(
  source: { readonly file: string } | { readonly text: string },
  conditions: readonly string[] = BROWSER,
): Promise<Bundle> {
  const here = fileURLToPath(import.meta.url)
  const text = 'text' in source ? source.text : ''
  const build = await rolldown({
    input: 'file' in source ? fileURLToPath(new URL(source.file, import.meta.url)) : VIRTUAL,
    platform: 'browser',
    resolve: { conditionNames: [...conditions] },
    plugins: [
      {
        name: 'named-imports',
        async resolveId(id, importer) {
          if (id === VIRTUAL) return id
          return importer === VIRTUAL ? this.resolve(id, here) : null
        },
        load: id => (id === VIRTUAL ? text : null),
      },
    ],
    onLog: () => {},
  })
  try {
    const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false })
    const [chunk] = output
    return { code: chunk.code, imports: chunk.imports }
  } finally {
    await build.close()
  }
}

/** Bytes of what a page downloads for these named imports, minified and compressed by gzip. */
export async function gzipBytes(names: readonly string[], from: string): Promise<number> {
  const { code, imports } = await bundle({ text: `export { ${names.join(', ')} } from '${from}'` })
  if (imports.length > 0) throw new Error(`${from} does not stand alone: ${imports.join(', ')}`)
  return gzipSync(code).length
}
