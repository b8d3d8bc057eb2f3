import { isBuiltin } from 'node:module'
import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { ImportStatement } from './scan-source.ts'
import { type SourceFile, folderOf, internalTarget, type Workspace } from './workspace.ts'

export interface Violation {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** Which packages each package may import. `core ◄ ot ◄ he ◄ sdk ◄ party-server`, and ledger-adapter beside ot. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ot: ['core'],
  he: ['core', 'ot'],
  'ledger-adapter': ['core'],
  sdk: ['core', 'ot', 'he', 'ledger-adapter'],
  'party-server': ['core', 'ot', 'he', 'ledger-adapter', 'sdk'],
  examples: ['core', 'ot', 'he', 'ledger-adapter', 'sdk'],
  bench: ['core', 'ot', 'he', 'ledger-adapter', 'sdk'],
}

/** Loads the task modules that a pool was given, and nothing else. */
const MAY_IMPORT_BY_NAME = ['packages/core/src/compute/threads/worker.ts']

/** Protocol packages see bytes, never a person. */
const MAY_NOT_IMPORT_DOMAIN = ['ot', 'he']

/** Checks each import on its own: direction, exports maps, declared dependencies. */
export function importViolations(workspace: Workspace): Violation[] {
  return workspace.files.flatMap(file =>
    file.imports.flatMap(statement => {
      const message = importProblem(workspace, file, statement)
      return message === undefined ? [] : [{ path: file.path, line: statement.line, message }]
    }),
  )
}

function importProblem(
  workspace: Workspace,
  file: SourceFile,
  statement: ImportStatement,
): string | undefined {
  const { specifier } = statement
  if (specifier === null) {
    return MAY_IMPORT_BY_NAME.includes(file.path)
      ? undefined
      : 'import() of an expression cannot be checked: name the module'
  }
  if (specifier.startsWith('node:')) return undefined
  if (isBuiltin(specifier)) return `write node:${specifier}`
  if (specifier.startsWith('.')) return relativeProblem(workspace, file, specifier)
  if (specifier.startsWith('#')) return internalProblem(workspace, file, specifier)
  if (specifier.startsWith('/') || specifier.includes(':')) return `import ${specifier} by its package name`
  if (specifier.startsWith('@mixun/')) return packageProblem(workspace, file, statement, specifier)
  return undeclared(workspace, file, packageName(specifier))
}

function relativeProblem(workspace: Workspace, file: SourceFile, specifier: string): string | undefined {
  const target = posix.join(folderOf(file.path), specifier)
  if (!target.startsWith(`${file.unit.folder}/`)) {
    return `${specifier} leaves ${file.unit.folder}: import the other package's public exports`
  }
  if (!existsSync(join(workspace.root, target)))
    return `${specifier} does not exist (relative imports end in .ts)`
  return undefined
}

function internalProblem(workspace: Workspace, file: SourceFile, specifier: string): string | undefined {
  const conditions = Object.keys(file.unit.manifest.imports?.[specifier] ?? {})
  if (conditions.at(-1) !== 'default')
    return `${specifier} has no default in ${file.unit.folder}/package.json`
  const missing = conditions
    .map(condition => internalTarget(file.unit, specifier, condition) as string)
    .find(target => !existsSync(join(workspace.root, target)))
  return missing === undefined ? undefined : `${specifier} names ${missing}, which does not exist`
}

function packageProblem(
  workspace: Workspace,
  file: SourceFile,
  statement: ImportStatement,
  specifier: string,
): string | undefined {
  const name = packageName(specifier)
  const subpath = `.${specifier.slice(name.length)}`
  const target = workspace.units.find(unit => unit.kind === 'package' && unit.manifest.name === name)
  if (target === undefined) return `${name} is not a package of this workspace`
  if (target.manifest.exports?.[subpath] === undefined) return `${name} does not export ${subpath}`
  const from = shortName(file.unit.folder)
  const to = shortName(target.folder)
  const isTestSupport = subpath === './testing' || subpath.startsWith('./testing/')
  if (isTestSupport && file.unit.kind === 'package' && !file.isTest) return `${specifier} is for tests only`
  if (from === to) return undefined
  if (MAY_IMPORT[from]?.includes(to) !== true) return `wrong way: ${from} may not import ${to}`
  if (to === 'core' && subpath === './domain' && MAY_NOT_IMPORT_DOMAIN.includes(from)) {
    return `${from} takes bytes and may not import ${specifier}`
  }
  if (from === 'sdk' && to === 'he' && !statement.dynamic && !statement.typeOnly && !file.isTest) {
    return `sdk loads ${specifier} by dynamic import only, so that its main entry loads no SEAL`
  }
  return undeclared(workspace, file, name)
}

function undeclared(workspace: Workspace, file: SourceFile, name: string): string | undefined {
  const { manifest, folder, kind } = file.unit
  const declared = [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies]
  if (file.isTest || kind === 'programs') {
    declared.push(manifest.devDependencies, workspace.manifest.devDependencies)
  }
  return declared.some(dependencies => dependencies?.[name] !== undefined)
    ? undefined
    : `${name} is not a dependency in ${folder}/package.json`
}

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const shortName = (folder: string): string => folder.slice(folder.lastIndexOf('/') + 1)

/** Files of one package that import each other in a circle, types included: one violation a circle. */
export function cycleViolations(workspace: Workspace): Violation[] {
  const files = new Map(workspace.files.map(file => [file.path, file]))
  const finished = new Set<string>()
  const open: string[] = []
  const violations: Violation[] = []

  const visit = (path: string): void => {
    const start = open.indexOf(path)
    if (start >= 0) {
      const circle = [...open.slice(start), path].join(' → ')
      violations.push({ path, line: 1, message: `cycle: ${circle}` })
      return
    }
    const file = files.get(path)
    if (file === undefined || finished.has(path)) return
    open.push(path)
    for (const { specifier } of file.imports) {
      if (specifier?.startsWith('.') === true) visit(posix.join(folderOf(path), specifier))
      for (const condition of Object.keys(file.unit.manifest.imports?.[specifier ?? ''] ?? {})) {
        visit(internalTarget(file.unit, specifier as string, condition) as string)
      }
    }
    open.pop()
    finished.add(path)
  }

  for (const path of files.keys()) visit(path)
  return violations
}
