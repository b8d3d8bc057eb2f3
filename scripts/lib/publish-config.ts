/** A value of `exports`, `imports` or `bin` in a package.json: a path, conditions, or a table of them. */
export type PathMap = string | null | { readonly [key: string]: PathMap }

/** What a package.json of this workspace says about publishing. */
export interface PublishedManifest {
  readonly [field: string]: unknown
  readonly exports?: PathMap
  readonly publishConfig?: Readonly<Record<string, unknown>> | undefined
}

/** The fields that name sources here and built files in a tarball; pnpm puts those of `publishConfig` in their place. */
const PATH_FIELDS = ['exports', 'imports', 'bin']

/** The `publishConfig` that goes with a package.json: the same subpaths, from `src/*.ts` to `dist/*.js`. */
export function publishConfigOf(manifest: PublishedManifest): Record<string, unknown> {
  const fields = PATH_FIELDS.filter(field => manifest[field] !== undefined)
  return {
    access: 'public',
    ...Object.fromEntries(fields.map(field => [field, builtPaths(manifest[field] as PathMap)])),
  }
}

/** What is wrong with the package.json of a package that others install. */
export function manifestProblems(manifest: PublishedManifest): string[] {
  const problems: string[] = []
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem)
  }
  expect(typeof manifest['description'] === 'string', 'has no description')
  expect(Array.isArray(manifest['keywords']), 'has no keywords')
  expect(manifest['license'] === 'Apache-2.0', 'license is not Apache-2.0')
  expect(manifest['type'] === 'module', 'type is not module')
  expect(manifest['sideEffects'] === false, 'sideEffects is not false')
  expect((manifest['engines'] as { node?: string } | undefined)?.node === '>=24', 'engines.node is not >=24')
  expect((manifest['files'] as string[] | undefined)?.includes('dist') === true, 'files has no dist')
  expect(manifest.exports !== undefined, 'has no exports')
  const scripts = Object.keys((manifest['scripts'] as object | undefined) ?? {})
  expect(!scripts.some(name => /install$|^prepare$/.test(name)), 'runs a script when it is installed')
  const same = JSON.stringify(manifest.publishConfig) === JSON.stringify(publishConfigOf(manifest))
  expect(same, 'publishConfig is stale: run node_modules/.bin/node scripts/publish-config.ts')
  return problems
}

function builtPaths(value: PathMap): PathMap {
  if (value === null) return null
  if (typeof value === 'string') return value.replace(/^\.\/src\/(.*)\.ts$/, './dist/$1.js')
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, builtPaths(inner)]))
}
