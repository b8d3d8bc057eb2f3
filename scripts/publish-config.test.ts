import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestProblems, publishConfigOf } from './lib/publish-config.ts'
import { withTree } from './lib/temporary-tree.ts'

const MANIFEST = {
  name: '@mixun/core',
  description: 'Groups.',
  keywords: ['oprf'],
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=24' },
  files: ['dist'],
  bin: { mixun: './src/cli/main.ts' },
  imports: { '#runtime': { node: './src/runtime/node.ts', default: './src/runtime/portable.ts' } },
  exports: { './bytes': './src/bytes/index.ts', './package.json': './package.json', './internal/*': null },
}
const GOOD = { ...MANIFEST, publishConfig: publishConfigOf(MANIFEST) }

const script = new URL('publish-config.ts', import.meta.url).pathname
const start = (...words: readonly string[]) =>
  spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' })

describe('publish-config', () => {
  it('names dist wherever the workspace names src, and nothing else', () => {
    expect(publishConfigOf(MANIFEST)).toEqual({
      access: 'public',
      exports: {
        './bytes': './dist/bytes/index.js',
        './package.json': './package.json',
        './internal/*': null,
      },
      imports: { '#runtime': { node: './dist/runtime/node.js', default: './dist/runtime/portable.js' } },
      bin: { mixun: './dist/cli/main.js' },
    })
  })

  it('has nothing to say about a good package.json', () => {
    expect(manifestProblems(GOOD)).toEqual([])
  })

  it.each([
    [
      'a new subpath',
      { exports: { ...MANIFEST.exports, './sm': './src/sm/index.ts' } },
      'publishConfig is stale',
    ],
    ['no publishConfig', { publishConfig: undefined }, 'publishConfig is stale'],
    ['no description', { description: undefined }, 'has no description'],
    ['no keywords', { keywords: undefined }, 'has no keywords'],
    ['another license', { license: 'MIT' }, 'license is not Apache-2.0'],
    ['CommonJS', { type: 'commonjs' }, 'type is not module'],
    ['side effects', { sideEffects: true }, 'sideEffects is not false'],
    ['another engine', { engines: { node: '>=20' } }, 'engines.node is not >=24'],
    ['everything as files', { files: ['.'] }, 'files has no dist'],
    ['an install script', { scripts: { postinstall: 'make' } }, 'runs a script when it is installed'],
  ])('finds %s', (_, change, problem) => {
    const found = manifestProblems({ ...GOOD, ...change })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(problem)
  })

  it('writes what it asks for', () => {
    const path = 'packages/core/package.json'
    withTree({ [path]: JSON.stringify(MANIFEST) }, root => {
      expect(start('--check', root)).toMatchObject({ status: 1 })
      expect(start(root)).toMatchObject({ status: 0 })
      expect(start('--check', root)).toMatchObject({ status: 0 })
      expect(JSON.parse(readFileSync(join(root, path), 'utf8'))).toEqual(GOOD)
    })
  })
})
