import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { type ImportStatement, importsOf, type ScannedSource, scanSource } from './scan-source.ts'

/** The fields of a package.json that the checks read. */
export interface PackageManifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, string>>
  /** Imports of a package from itself, `#…`: a file for each condition. */
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface SourceFile extends ScannedSource {
  /** Path from the root of the workspace, with forward slashes. */
  readonly path: string
  readonly unit: Unit
  /** A test, a long test, a micro-benchmark, a helper named `test-…`, or a file of a `testing/` folder. */
  readonly isTest: boolean
  readonly imports: readonly ImportStatement[]
}

/** A package under `packages/`, or one of the program folders `examples` and `bench`. */
export interface Unit {
  /** Folder from the root of the workspace. */
  readonly folder: string
  readonly kind: 'package' | 'programs'
  readonly manifest: PackageManifest
}

export interface Workspace {
  readonly root: string
  readonly manifest: PackageManifest
  readonly units: readonly Unit[]
  readonly files: readonly SourceFile[]
}

const PROGRAM_FOLDERS = ['examples', 'bench']
const SKIPPED_FOLDERS = new Set(['node_modules', 'results', 'data', 'dist', 'coverage'])

/** Reads every TypeScript source of the packages, examples and bench. */
export function loadWorkspace(root: string): Workspace {
  const packages = foldersIn(join(root, 'packages')).map(name => `packages/${name}`)
  const units: Unit[] = []
  for (const folder of [...packages, ...PROGRAM_FOLDERS]) {
    if (!existsSync(join(root, folder, 'package.json'))) continue
    const kind = PROGRAM_FOLDERS.includes(folder) ? 'programs' : 'package'
    units.push({ folder, kind, manifest: readManifest(join(root, folder)) })
  }
  const files = units.flatMap(unit => {
    const start = unit.kind === 'package' ? join(root, unit.folder, 'src') : join(root, unit.folder)
    return typescriptFiles(start).map(path => loadFile(root, path, unit))
  })
  return { root, manifest: readManifest(root), units, files }
}

export function isTestPath(path: string): boolean {
  return /\.(test|test-d|long|bench)\.ts$|\/test-[^/]+\.ts$/.test(path) || path.split('/').includes('testing')
}

/** The folder of a path with forward slashes. */
export function folderOf(path: string): string {
  return posix.dirname(path)
}

/** The file that `#…` names in a package under a condition. */
export function internalTarget(unit: Unit, specifier: string, condition: string): string | undefined {
  const target = unit.manifest.imports?.[specifier]?.[condition]
  return target === undefined ? undefined : posix.join(unit.folder, target)
}

/** All `.ts` files under a folder, sorted; none when it does not exist. */
function typescriptFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : typescriptFiles(path)
      return entry.name.endsWith('.ts') ? [path] : []
    })
}

function loadFile(root: string, absolutePath: string, unit: Unit): SourceFile {
  const path = relative(root, absolutePath).split(sep).join('/')
  const source = scanSource(readFileSync(absolutePath, 'utf8'))
  return { ...source, path, unit, isTest: isTestPath(path), imports: importsOf(source) }
}

/** Names of the folders in a folder, sorted; none when it does not exist. */
export function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

function readManifest(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest
}

/** Root of this repository. */
export const REPOSITORY_ROOT = join(dirname(new URL(import.meta.url).pathname), '..', '..')
