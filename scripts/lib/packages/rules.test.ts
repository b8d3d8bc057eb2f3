import { describe, expect, it } from 'vitest'
import { type TreeFiles, withTree } from '../temporary-tree.ts'
import { REPOSITORY_ROOT } from '../workspace.ts'
import { anyTypes } from './any-types.ts'
import { documentedPathProblems } from './documented-paths.ts'
import { surfaceTypes } from './surface.ts'
import { tarballProblems } from './tarball-rules.ts'
import { ownErrors } from './type-check.ts'

describe('tarballProblems', () => {
  const ROOT = ['LICENSE', 'README.md', 'package.json']
  const problems = (path: string, text = '', testing = false) =>
    tarballProblems([...ROOT, path], file => (file === path ? text : ''), testing)

  it.each(['dist/a.js', 'dist/a.d.ts', 'dist/a.js.map', 'profiles/a.toml'])('admits %s', path => {
    expect(problems(path, "import './b.js' // see /tmp and https://example.org/home")).toEqual([])
  })

  it.each([
    ['dist/a.ts', '', 'is a source'],
    ['src/a.ts', '', 'is a source'],
    ['dist/a.test.js', '', 'is a test'],
    ['dist/test-parties.js', '', 'is a test'],
    ['dist/testing/party.js', '', 'is a test'],
    ['dist/a.js.map', '{"sources":["/home/somebody/a.ts"]}', 'names /home/somebody'],
    ['dist/a.js', 'import "file:///a.js"', 'names file:///'],
  ])('refuses %s with "%s"', (path, text, problem) => {
    expect(problems(path, text).join()).toContain(problem)
  })

  it('admits test support that is exported, without its own tests', () => {
    expect(problems('dist/testing/test-consortium.js', '', true)).toEqual([])
    expect(problems('dist/testing/a.test.js', '', true)).toEqual(['dist/testing/a.test.js is a test'])
    expect(problems('dist/domain/testing/a.js', '', true)).toEqual(['dist/domain/testing/a.js is a test'])
  })

  it('misses a license', () => {
    expect(tarballProblems(['README.md', 'package.json'], () => '', false)).toEqual(['LICENSE is missing'])
  })
})

describe('anyTypes', () => {
  it.each(['export declare const a: any;', 'export type A = Map<string, any[]>;', 'f(...a: any): void;'])(
    'finds %s',
    declarations => {
      expect(anyTypes('a.d.ts', `\n${declarations}`)).toEqual(['a.d.ts:2 declares any'])
    },
  )

  it('is not fooled by comments, strings and names', () => {
    const declarations = "/** any */\nexport type A = 'any' | Company | AbortSignal.any | { any(): void };"
    expect(anyTypes('a.d.ts', declarations)).toEqual([])
  })
})

describe('ownErrors', () => {
  it('keeps the errors of the project and of our packages, and drops those of third parties', () => {
    const own = ['a.ts(1,1): error TS1: a', 'node_modules/@mixun/core/dist/a.d.ts(1,1): error TS2: b']
    const third = 'node_modules/other/a.d.ts(1,1): error TS3: c'
    expect(ownErrors([...own, third, ''].join('\n'))).toEqual(own)
  })
})

describe('surfaceTypes', () => {
  it('lists what exists at run time', () => {
    const module = surfaceTypes({ '@mixun/core/bytes': ['concat', 'utf8'], '@mixun/core/types': [] })
    expect(module).toContain("same<keyof typeof path0, 'concat' | 'utf8'>(true)")
    expect(module).toContain('same<keyof typeof path1, never>(true)')
  })
})

describe('documentedPathProblems', () => {
  const manifest = JSON.stringify({ name: '@mixun/ot', exports: { './oprf': './src/oprf/index.ts' } })
  const GOOD: TreeFiles = {
    'packages/ot/package.json': manifest,
    'packages/ot/README.md': '| `/oprf` | x |\nSee `@mixun/ot`.',
    'README.md': "import { blind } from '@mixun/ot/oprf'",
  }
  const problems = (changes: TreeFiles) => withTree({ ...GOOD, ...changes }, documentedPathProblems)

  it.each<[string, TreeFiles, string[]]>([
    ['nothing wrong', {}, []],
    [
      'a path that is gone',
      { 'DESIGN.md': '`@mixun/ot/psi`' },
      ['DESIGN.md names @mixun/ot/psi, which is not exported'],
    ],
    [
      'a package that is gone',
      { 'DESIGN.md': '@mixun/psi' },
      ['DESIGN.md names @mixun/psi, which is not exported'],
    ],
    [
      'a path in no table',
      { 'packages/ot/README.md': '# ot' },
      ['packages/ot/README.md does not name @mixun/ot/oprf'],
    ],
    [
      'a table with a path that is gone',
      { 'packages/ot/README.md': '| `./oprf` |\n| `./psi` |' },
      ['packages/ot/README.md names @mixun/ot/psi, which is not exported'],
    ],
  ])('finds %s', (_, changes, expected) => {
    expect(problems(changes)).toEqual(expected)
  })

  it('finds nothing in this repository', () => {
    expect(documentedPathProblems(REPOSITORY_ROOT)).toEqual([])
  })
})
