import { posix } from 'node:path'
import type { Violation } from './layer-rules.ts'
import type { ImportStatement } from './scan-source.ts'
import { folderOf, internalTarget, type SourceFile, type Workspace } from './workspace.ts'

/** Packages that run without Node, and the files and folders of theirs that do not. */
const PORTABLE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [
    'src/runtime/node.ts',
    'src/channel/grpc',
    'src/files',
    'src/channel/tls',
    'src/channel/ws',
    'src/compute/threads',
  ],
  'packages/ot': ['src/table-files'],
}

/** Of packages that need Node, the subpaths that do not. */
const PORTABLE_SUBPATHS: Readonly<Record<string, readonly string[]>> = {
  '@mixun/ledger-adapter': ['./ledger', './points', './checkpoint'],
  '@mixun/sdk': ['./answers', './audit'],
}

/** No `node:` import where a browser may come: in portable packages, and from portable subpaths at any distance. */
export function portableViolations(workspace: Workspace): Violation[] {
  return [...packageViolations(workspace), ...subpathViolations(workspace)]
}

function packageViolations({ files }: Workspace): Violation[] {
  return files.flatMap(file => {
    const except = PORTABLE_PACKAGES[file.unit.folder]
    if (except === undefined || file.isTest) return []
    if (except.some(start => file.path.startsWith(`${file.unit.folder}/${start}`))) return []
    return file.imports.filter(isNode).map(({ specifier, line }) => ({
      path: file.path,
      line,
      message: `${specifier} in a package that also runs in browsers`,
    }))
  })
}

function subpathViolations(workspace: Workspace): Violation[] {
  const files = new Map(workspace.files.map(file => [file.path, file]))
  return Object.entries(PORTABLE_SUBPATHS).flatMap(([name, subpaths]) =>
    subpaths.flatMap(subpath => {
      const unit = workspace.units.find(({ manifest }) => manifest.name === name)
      const entry = exportedFile(workspace, `${name}${subpath.slice(1)}`)
      if (entry === undefined) {
        const path = `${unit?.folder}/package.json`
        return unit === undefined ? [] : [{ path, line: 1, message: `${name} does not export ${subpath}` }]
      }
      const chain = chainToNode(workspace, files, entry)
      if (chain === null) return []
      const message = `${name}${subpath.slice(1)} also runs in browsers: ${chain.join(' → ')}`
      return [{ path: entry, line: 1, message }]
    }),
  )
}

/** The shortest chain of imports from `entry` to a module of Node; null when there is none. */
function chainToNode(
  workspace: Workspace,
  files: ReadonlyMap<string, SourceFile>,
  entry: string,
): string[] | null {
  const chains = new Map([[entry, [entry]]])
  for (const [path, chain] of chains) {
    const file = files.get(path)
    for (const statement of file?.imports ?? []) {
      if (isNode(statement)) return [...chain, statement.specifier as string]
      const target = statement.typeOnly ? undefined : targetOf(workspace, file as SourceFile, statement)
      // A map walks over what is added while it is walked: breadth first.
      if (target !== undefined && !chains.has(target)) chains.set(target, [...chain, target])
    }
  }
  return null
}

function targetOf(
  workspace: Workspace,
  file: SourceFile,
  { specifier }: ImportStatement,
): string | undefined {
  if (specifier === null) return undefined
  if (specifier.startsWith('.')) return posix.join(folderOf(file.path), specifier)
  if (specifier.startsWith('#')) return internalTarget(file.unit, specifier, 'default')
  return exportedFile(workspace, specifier)
}

/** The source behind a subpath of a package of this workspace. */
function exportedFile({ units }: Workspace, specifier: string): string | undefined {
  const name = specifier.split('/').slice(0, 2).join('/')
  const unit = units.find(({ manifest }) => manifest.name === name)
  const target = unit?.manifest.exports?.[`.${specifier.slice(name.length)}`]
  return target === undefined ? undefined : posix.join(unit?.folder ?? '', target)
}

const isNode = ({ specifier, typeOnly }: ImportStatement): boolean =>
  specifier?.startsWith('node:') === true && !typeOnly
