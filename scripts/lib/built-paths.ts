/** A built file, and the TypeScript sources that it would still load. */
export interface BuiltFile {
  readonly code: string
  readonly sources: readonly string[]
}

const URL_OF_SOURCE = /(new URL\(\s*(['"])\.{1,2}\/[^'"]*)\.ts(\2,\s*import\.meta\.url)/g
const IMPORT_OF_SOURCE = /((?:\bfrom\s*|\bimport\(\s*)(['"])\.{1,2}\/[^'"]*)(?<!\.d)\.ts(\2)/g

/**
 * Makes built code name built files where the compiler leaves sources: the URLs that workers are started by
 * (`new URL('./worker.ts', import.meta.url)`), and the imports of `.d.ts` files. The code keeps its length, so source
 * maps stay true.
 */
export function withBuiltPaths(code: string): BuiltFile {
  const built = code.replaceAll(URL_OF_SOURCE, '$1.js$3').replaceAll(IMPORT_OF_SOURCE, '$1.js$3')
  const strings = built.matchAll(/(['"`])(\.{1,2}\/[^'"`\n]*(?<!\.d)\.ts)\1/g)
  return { code: built, sources: [...strings].map(([, , source]) => source as string) }
}
