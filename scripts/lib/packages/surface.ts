import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Consumer } from './consumer.ts'
import { mustRun } from './processes.ts'

/** Names that exist at run time, by specifier. */
export type Surface = Readonly<Record<string, readonly string[]>>

/** Imports every path that the packages offer, in Node; those of test support under vitest, which they need. */
export function importAll({ folder, packages }: Consumer): Surface {
  const specifiers = packages.flatMap(each => each.specifiers)
  const isTesting = (specifier: string): boolean => specifier.split('/').includes('testing')
  const plain = join(folder, 'import-all.mjs')
  writeFileSync(
    plain,
    importer(
      specifiers.filter(specifier => !isTesting(specifier)),
      'surface.json',
    ),
  )
  mustRun(folder, 'node', plain)
  const body = importer(specifiers.filter(isTesting), 'surface-testing.json')
  writeFileSync(
    join(folder, 'import-testing.test.mjs'),
    `import { it } from 'vitest'\n${body}\nit('is imported', () => {})\n`,
  )
  mustRun(folder, 'npx', '--no-install', 'vitest', 'run', 'import-testing.test.mjs')
  return { ...readSurface(folder, 'surface.json'), ...readSurface(folder, 'surface-testing.json') }
}

/**
 * A module that compiles when the declared values of every path are exactly those that exist: a name that is declared
 * only, and one that is undeclared, are both errors of their line.
 */
export function surfaceTypes(surface: Surface): string {
  const paths = Object.entries(surface)
  const imports = paths.map(([specifier], i) => `import * as path${i} from '${specifier}'`)
  const checks = paths.map(([, names], i) => {
    const union = names.length === 0 ? 'never' : names.map(name => `'${name}'`).join(' | ')
    return `same<keyof typeof path${i}, ${union}>(true)`
  })
  return [
    ...imports,
    'type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : Exclude<B, A>) : Exclude<A, B>',
    'declare function same<A, B>(holds: Same<A, B>): void',
    ...checks,
    '',
  ].join('\n')
}

function importer(specifiers: readonly string[], result: string): string {
  return [
    "import { writeFileSync } from 'node:fs'",
    'const surface = {}',
    ...specifiers.map(name => `surface['${name}'] = Object.keys(await import('${name}'))`),
    `writeFileSync(new URL('${result}', import.meta.url), JSON.stringify(surface))`,
  ].join('\n')
}

function readSurface(folder: string, name: string): Surface {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}
