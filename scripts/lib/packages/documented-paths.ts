import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { foldersIn } from '../workspace.ts'

const DOCUMENTS = ['README.md', 'README.zh-CN.md', 'DESIGN.md', 'SECURITY.md', 'CHANGELOG.md']
const SCOPE = '@mixun/'

/** Import paths that documents name and no package exports, and exported ones that the package's README leaves out. */
export function documentedPathProblems(root: string): string[] {
  const packages = foldersIn(join(root, 'packages'))
  const exported = new Map(packages.map(name => [SCOPE + name, exportsOf(root, name)]))
  const read = (path: string): string =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
  const documents = [...DOCUMENTS, ...packages.map(name => `packages/${name}/README.md`)]
  const unknown = documents.flatMap(path => {
    const owner = /^packages\/([^/]+)/.exec(path)?.[1]
    return pathsIn(read(path), owner)
      .filter(specifier => !isExported(specifier, exported))
      .map(specifier => `${path} names ${specifier}, which is not exported`)
  })
  const silent = packages.flatMap(name => {
    const documented = new Set(pathsIn(read(`packages/${name}/README.md`), name))
    return [...(exported.get(SCOPE + name) as Set<string>)]
      .filter(specifier => !documented.has(specifier))
      .map(specifier => `packages/${name}/README.md does not name ${specifier}`)
  })
  return [...unknown, ...silent]
}

/** Specifiers in a document; in a package's own README also the `/subpath` at the start of a table's row. */
function pathsIn(text: string, owner: string | undefined): string[] {
  const full = [...text.matchAll(/@mixun\/[a-z-]+(?:\/[a-z0-9-]+)*/g)].map(([specifier]) => specifier)
  if (owner === undefined) return full
  const rows = [...text.matchAll(/^\| *`\.?(\/[a-z0-9/-]+)`/gm)].map(([, path]) => SCOPE + owner + path)
  return [...full, ...rows]
}

function isExported(specifier: string, exported: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  // A bare name is the package, whether or not it has a root entry.
  if (exported.has(specifier)) return true
  const owner = specifier.split('/').slice(0, 2).join('/')
  return exported.get(owner)?.has(specifier) === true
}

function exportsOf(root: string, name: string): Set<string> {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const subpaths = Object.keys(manifest.exports).filter(subpath => subpath !== './package.json')
  return new Set(subpaths.map(subpath => SCOPE + name + subpath.slice(1)))
}
