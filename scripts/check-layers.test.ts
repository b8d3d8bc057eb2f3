import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { checkLayers } from './check-layers.ts'
import { type TreeFiles, withTree } from './lib/temporary-tree.ts'
import { loadWorkspace, REPOSITORY_ROOT } from './lib/workspace.ts'

const manifest = (name: string, dependencies: readonly string[], ...subpaths: readonly string[]): string =>
  JSON.stringify({
    name,
    imports: { '#runtime': { node: './src/runtime/node.ts', default: './src/runtime/portable.ts' } },
    exports: Object.fromEntries(
      subpaths.map(subpath => [subpath, `./src/${subpath.slice(2) || 'index'}.ts`]),
    ),
    dependencies: Object.fromEntries(dependencies.map(dependency => [dependency, '*'])),
  })

/** A small workspace without a violation. */
const GOOD: TreeFiles = {
  'package.json': JSON.stringify({ name: 'root', devDependencies: { vitest: '*' } }),
  'packages/core/package.json': manifest(
    '@mixun/core',
    ['zod'],
    './errors',
    './domain',
    './testing',
    './sm',
    './channel/grpc',
  ),
  'packages/core/src/errors.ts': "import { z } from 'zod'\nexport const errors = z\n",
  'packages/core/src/domain/index.ts':
    "import { errors } from '../errors.ts'\nexport const domain = errors\n",
  'packages/core/src/runtime/node.ts': "import 'node:crypto'\nexport const runtime = 1\n",
  'packages/core/src/runtime/portable.ts': 'export const runtime = 2\n',
  'packages/core/src/sm.ts': "import { runtime } from '#runtime'\nexport const sm = runtime\n",
  'packages/core/src/channel/grpc.ts': "import 'node:tls'\nexport const grpc = 1\n",
  'packages/core/src/testing/index.ts': "import { it } from 'vitest'\nexport const testing = it\n",
  'packages/ot/package.json': manifest('@mixun/ot', ['@mixun/core'], './oprf'),
  'packages/ot/src/oprf/run.ts':
    "import { errors } from '@mixun/core/errors'\nexport const run = async () => await errors\n",
  'packages/ot/src/oprf/client.ts':
    "import type { errors } from '@mixun/core/errors'\nexport type C = typeof errors\n",
  'packages/ot/src/oprf/client.test.ts':
    "import { it } from 'vitest'\nimport { testing } from '@mixun/core/testing'\nit('x', async () => await testing)\n",
  'packages/he/package.json': manifest('@mixun/he', ['@mixun/core', '@mixun/ot'], './seal'),
  'packages/he/src/seal.ts': "import { C } from '@mixun/ot/oprf'\nexport const seal: C = 1\n",
  'packages/ledger-adapter/package.json': manifest(
    '@mixun/ledger-adapter',
    ['@mixun/core', '@mixun/ot'],
    './ledger',
    './points',
    './checkpoint',
  ),
  'packages/ledger-adapter/src/index.ts': "export { errors } from '@mixun/core/errors'\n",
  'packages/sdk/package.json': manifest(
    '@mixun/sdk',
    ['@mixun/core', '@mixun/he', '@mixun/ledger-adapter'],
    '.',
    './answers',
    './audit',
  ),
  'packages/sdk/src/audit.ts': "import type { f } from './home.ts'\nexport type F = typeof f\n",
  'packages/sdk/src/home.ts': "import { readFile } from 'node:fs'\nexport const f = readFile\n",
  'packages/sdk/src/index.ts': "export const load = () => import('@mixun/he/seal')\n",
  'packages/party-server/package.json': manifest('@mixun/party-server', ['@mixun/sdk'], './package.json'),
  'packages/party-server/src/main.ts': "import { load } from '@mixun/sdk'\nvoid load()\n",
  'packages/party-server/src/records/read-rows.ts':
    "import { open } from 'node:fs'\nexport const rows = open\n",
  'examples/package.json': manifest('@mixun/examples', ['@mixun/sdk', '@mixun/party-server']),
  'examples/01/main.ts':
    "import { load } from '@mixun/sdk'\nload()\n// import '../../packages/sdk/src/index.ts'\n",
}

function violations(changes: TreeFiles): string[] {
  return withTree({ ...GOOD, ...changes }, root =>
    checkLayers(loadWorkspace(root)).map(({ path, line, message }) => `${path}:${line} ${message}`),
  )
}

describe('check-layers', () => {
  it('finds nothing in a tree that keeps the rules', () => {
    expect(violations({})).toEqual([])
  })

  it.each<[string, TreeFiles, string]>([
    [
      'a wrong-way import',
      { 'packages/core/src/errors.ts': "export {}\nimport { C } from '@mixun/ot/oprf'\n" },
      'packages/core/src/errors.ts:2 wrong way: core may not import ot',
    ],
    [
      'a wrong-way type import',
      { 'packages/ledger-adapter/src/index.ts': "import type { C } from '@mixun/ot/oprf'\n" },
      'packages/ledger-adapter/src/index.ts:1 wrong way: ledger-adapter may not import ot',
    ],
    [
      'a wrong-way dynamic import',
      { 'packages/ot/src/oprf/run.ts': "export const f = () => import('@mixun/he/seal')\n" },
      'packages/ot/src/oprf/run.ts:1 wrong way: ot may not import he',
    ],
    [
      'an import of party-server',
      { 'examples/01/main.ts': "import '@mixun/party-server/package.json'\n" },
      'examples/01/main.ts:1 wrong way: examples may not import party-server',
    ],
    [
      'an example that reaches into the sources of a package',
      { 'examples/01/main.ts': "import { load } from '../../packages/sdk/src/index.ts'\n" },
      'examples/01/main.ts:1 ../../packages/sdk/src/index.ts leaves examples',
    ],
    [
      'a package that reaches into the sources of another',
      { 'packages/he/src/seal.ts': "import '../../core/src/errors.ts'\n" },
      'packages/he/src/seal.ts:1 ../../core/src/errors.ts leaves packages/he',
    ],
    [
      'an import that bypasses the exports map',
      { 'packages/he/src/seal.ts': "import '@mixun/core/src/errors.ts'\n" },
      'packages/he/src/seal.ts:1 @mixun/core does not export ./src/errors.ts',
    ],
    [
      'the domain types in a protocol package',
      { 'packages/he/src/seal.ts': "import '@mixun/core/domain'\n" },
      'packages/he/src/seal.ts:1 he takes bytes and may not import @mixun/core/domain',
    ],
    [
      'test support in production code',
      { 'packages/he/src/seal.ts': "import '@mixun/core/testing'\n" },
      'packages/he/src/seal.ts:1 @mixun/core/testing is for tests only',
    ],
    [
      'an sdk that loads SEAL at once',
      { 'packages/sdk/src/index.ts': "export { seal as load } from '@mixun/he/seal'\n" },
      'packages/sdk/src/index.ts:1 sdk loads @mixun/he/seal by dynamic import only',
    ],
    [
      'a package that is not in the workspace',
      { 'packages/he/src/seal.ts': "import '@mixun/psi'\n" },
      'packages/he/src/seal.ts:1 @mixun/psi is not a package of this workspace',
    ],
    [
      'an undeclared external package',
      { 'packages/he/src/seal.ts': "import { z } from 'zod'\n" },
      'packages/he/src/seal.ts:1 zod is not a dependency in packages/he/package.json',
    ],
    [
      'an undeclared package of the workspace',
      { 'packages/sdk/src/index.ts': "import '@mixun/ot/oprf'\n" },
      'packages/sdk/src/index.ts:1 @mixun/ot is not a dependency in packages/sdk/package.json',
    ],
    [
      'a test runner in production code',
      { 'packages/he/src/seal.ts': "import { it } from 'vitest'\n" },
      'packages/he/src/seal.ts:1 vitest is not a dependency in packages/he/package.json',
    ],
    [
      'a built-in module without node:',
      { 'packages/he/src/seal.ts': "import { readFile } from 'fs/promises'\n" },
      'packages/he/src/seal.ts:1 write node:fs/promises',
    ],
    [
      'an import of an expression',
      { 'packages/he/src/seal.ts': 'export const f = (name: string) => import(name)\n' },
      'packages/he/src/seal.ts:1 import() of an expression cannot be checked',
    ],
    [
      'a relative import of a file that does not exist',
      { 'packages/he/src/seal.ts': "import './engine'\n" },
      'packages/he/src/seal.ts:1 ./engine does not exist',
    ],
    [
      'a cycle between files',
      {
        'packages/he/src/a.ts': "export * as b from './b.ts'\n".replace('* as b', '{ b }'),
        'packages/he/src/b.ts': "import type { b } from './a.ts'\nexport type { b }\n",
      },
      'packages/he/src/a.ts:1 cycle: packages/he/src/a.ts → packages/he/src/b.ts → packages/he/src/a.ts',
    ],
    [
      'an await in a protocol step',
      { 'packages/ot/src/oprf/client.ts': 'export const f = async () => {\n  await g()\n}\n' },
      'packages/ot/src/oprf/client.ts:2 await in a protocol step',
    ],
    [
      'a node: import in a protocol step',
      { 'packages/ot/src/oprf/client.ts': "import { createHash } from 'node:crypto'\n" },
      'packages/ot/src/oprf/client.ts:1 node:crypto in a protocol step',
    ],
    [
      'the clock in a protocol step',
      { 'packages/ot/src/oprf/client.ts': 'export const t = Date.now()\n' },
      'packages/ot/src/oprf/client.ts:1 Date.now in a protocol step',
    ],
    [
      'ambient randomness in a protocol step',
      { 'packages/ot/src/oprf/client.ts': 'export const r = Math.random()\n' },
      'packages/ot/src/oprf/client.ts:1 Math.random in a protocol step',
    ],
    [
      'the console in a protocol step',
      { 'packages/ot/src/oprf/client.ts': '// console\nconsole.log(1)\n' },
      'packages/ot/src/oprf/client.ts:2 console in a protocol step',
    ],
    [
      'a node: import in the domain',
      { 'packages/core/src/domain/index.ts': "import 'node:fs'\n" },
      'packages/core/src/domain/index.ts:1 node:fs in a folder of pure functions',
    ],
    [
      'a node: import in the record rules',
      { 'packages/party-server/src/records/rules.ts': "import 'node:fs'\n" },
      'packages/party-server/src/records/rules.ts:1 node:fs in a folder of pure functions',
    ],
    [
      'a node: import in a package that runs in browsers',
      { 'packages/core/src/errors.ts': "export const a = 1\nimport 'node:util'\n" },
      'packages/core/src/errors.ts:2 node:util in a package that also runs in browsers',
    ],
    [
      'a node: import in the portable runtime',
      { 'packages/core/src/runtime/portable.ts': "import 'node:crypto'\n" },
      'packages/core/src/runtime/portable.ts:1 node:crypto in a package that also runs in browsers',
    ],
    [
      'a portable subpath that reaches Node through a file of its own package',
      { 'packages/sdk/src/audit.ts': "export { f } from './home.ts'\n" },
      'packages/sdk/src/audit.ts:1 @mixun/sdk/audit also runs in browsers: packages/sdk/src/audit.ts → packages/sdk/src/home.ts → node:fs',
    ],
    [
      'a portable subpath that loads the transport of Node',
      { 'packages/sdk/src/audit.ts': "export const load = () => import('@mixun/core/channel/grpc')\n" },
      '@mixun/sdk/audit also runs in browsers: packages/sdk/src/audit.ts → packages/core/src/channel/grpc.ts → node:tls',
    ],
    [
      'a portable subpath that is not there',
      { 'packages/sdk/package.json': manifest('@mixun/sdk', ['@mixun/he'], '.', './audit') },
      'packages/sdk/package.json:1 @mixun/sdk does not export ./answers',
    ],
    [
      'an internal import that the package does not declare',
      { 'packages/core/src/sm.ts': "import '#threads'\n" },
      'packages/core/src/sm.ts:1 #threads has no default in packages/core/package.json',
    ],
    [
      'an internal import of a file that does not exist',
      { 'packages/he/src/seal.ts': "import '#runtime'\n" },
      'packages/he/src/seal.ts:1 #runtime names packages/he/src/runtime/node.ts, which does not exist',
    ],
    [
      'a cycle through an internal import',
      { 'packages/core/src/runtime/portable.ts': "import type { sm } from '../sm.ts'\nexport type R = sm\n" },
      'cycle: packages/core/src/runtime/portable.ts → packages/core/src/sm.ts → packages/core/src/runtime/portable.ts',
    ],
    [
      'a file of more than 400 lines',
      { 'packages/he/src/seal.ts': '\n'.repeat(401) },
      'packages/he/src/seal.ts:401 401 lines: expected at most 400',
    ],
    [
      'export *',
      { 'packages/ledger-adapter/src/index.ts': "export * from '@mixun/core/errors'\n" },
      'packages/ledger-adapter/src/index.ts:1 export *',
    ],
    [
      'a rename without a durability point',
      { 'packages/he/src/seal.ts': "import { renameSync } from 'node:fs'\nrenameSync('a', 'b')\n" },
      'packages/he/src/seal.ts:2 renameSync( without a durabilityPoint',
    ],
    [
      'a default export',
      { 'packages/he/src/seal.ts': 'export default 1\n' },
      'packages/he/src/seal.ts:1 default export',
    ],
    [
      'a default export by another name',
      { 'packages/he/src/seal.ts': 'const a = 1\nexport { a as default }\n' },
      'packages/he/src/seal.ts:2 default export',
    ],
  ])('finds %s', (_, changes, expected) => {
    const found = violations(changes)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(expected)
  })

  it('is content with long tables, vectors and config files', () => {
    expect(
      violations({
        'packages/core/src/errors/codes.ts': '\n'.repeat(1000),
        'packages/he/src/vectors/table.ts': '\n'.repeat(1000),
        'bench/package.json': manifest('@mixun/bench', []),
        'bench/vite.config.ts': 'export default {}\n',
      }),
    ).toEqual([])
  })

  it('ends with status 1 and names each violation, or with status 0 and what it read', () => {
    const script = new URL('check-layers.ts', import.meta.url).pathname
    const bad = withTree({ ...GOOD, 'packages/he/src/seal.ts': 'export default 1\n' }, root =>
      spawnSync(process.execPath, [script, root], { encoding: 'utf8' }),
    )
    expect(bad.status).toBe(1)
    expect(bad.stderr).toContain('packages/he/src/seal.ts:1  default export')
    const good = withTree(GOOD, root => execFileSync(process.execPath, [script, root], { encoding: 'utf8' }))
    expect(good).toBe(
      'check-layers: 6 packages and 1 program folders, 18 files, 18 imports, 1 protocols with 1 step files: no violation\n',
    )
  })

  it('finds nothing in this repository', () => {
    expect(checkLayers(loadWorkspace(REPOSITORY_ROOT))).toEqual([])
  })
})
