import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from './processes.ts'

/** A package as `pnpm pack` made it. */
export interface PackedPackage {
  readonly name: string
  /** Path of the tarball. */
  readonly tarball: string
}

/** Builds the workspace and packs every folder of packages/ into `destination`. */
export function packAll(root: string, destination: string): PackedPackage[] {
  mustRun(root, 'node', join('scripts', 'build.ts'))
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const words = ['--filter', './packages/*', 'pack', '--json', '--pack-destination', destination]
  const packed = JSON.parse(mustRun(root, 'npx', '-y', packageManager, ...words)) as {
    name: string
    filename: string
  }[]
  return packed.map(({ name, filename }) => ({ name, tarball: filename }))
}
