import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type PackedPackage, packAll } from './pack.ts'
import { mustRun } from './processes.ts'

/** A package in the project that installed it. */
export interface InstalledPackage extends PackedPackage {
  /** Its folder in the project's node_modules. */
  readonly folder: string
  /** Paths of its files in that folder, with forward slashes. */
  readonly files: readonly string[]
  /** Its package.json as packed. */
  readonly manifest: Readonly<Record<string, unknown>>
  /** What its `exports` offer, as written in an import: `@mixun/ot/oprf`. */
  readonly specifiers: readonly string[]
}

/** A project outside the workspace that installed every package from its tarball. */
export interface Consumer {
  /** Root of the workspace that the packages come from. */
  readonly root: string
  /** Root of the project. */
  readonly folder: string
  readonly packages: readonly InstalledPackage[]
}

/** Versions of the workspace that a consumer needs too: types of Node, and the runner of the compliance suites. */
const SHARED_TOOLS = ['@types/node', 'fast-check', 'typescript', 'vitest']

/**
 * Packs every package and installs the tarballs with npm in an empty project. No install script runs: what works
 * there works without a native build.
 *
 * @param folder an empty folder outside the workspace
 */
export function makeConsumer(root: string, folder: string): Consumer {
  const tarballs = join(folder, 'tarballs')
  mkdirSync(tarballs)
  const packed = packAll(root, tarballs)
  const { devDependencies } = readManifest(root) as { devDependencies: Record<string, string> }
  const project = {
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
    devDependencies: Object.fromEntries(SHARED_TOOLS.map(name => [name, devDependencies[name]])),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project, null, 2))
  mustRun(folder, 'npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund')
  return { root, folder, packages: packed.map(each => installed(folder, each)) }
}

function installed(project: string, packed: PackedPackage): InstalledPackage {
  const folder = join(project, 'node_modules', packed.name)
  const manifest = readManifest(folder)
  const specifiers = Object.keys(manifest['exports'] as object)
    .filter(subpath => subpath !== './package.json')
    .map(subpath => packed.name + subpath.slice(1))
  const files = globSync('**', { cwd: folder, exclude: ['node_modules'], withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  return { ...packed, folder, files, manifest, specifiers }
}

function readManifest(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
