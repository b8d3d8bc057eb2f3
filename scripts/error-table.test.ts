import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CodeTable, errorDocument, usageProblems } from './lib/error-document.ts'
import { type ErrorUsage, errorUsage } from './lib/error-usage.ts'
import { type TreeFiles, withTree } from './lib/temporary-tree.ts'
import { loadWorkspace } from './lib/workspace.ts'

const CODES: CodeTable = {
  ERR_B: { class: 'InputError', when: 'b | or <c>', next: 'do b', nextZh: '乙', retryable: true },
  ERR_A: { class: 'InputError', when: 'a', next: 'do a', nextZh: '甲' },
  ERR_C: { class: 'DecodeError', when: 'c', next: 'do c', nextZh: '丙' },
}

const TREE: TreeFiles = {
  'package.json': '{ "name": "root" }',
  'packages/core/package.json': '{ "name": "@mixun/core" }',
  'packages/core/src/errors/codes.ts': `export const ERROR_CODES = ${JSON.stringify(CODES)}\n`,
  'packages/core/src/a.ts': "fail('ERR_A', 'a')\nfail('ERR_B', 'b')\nfail('ERR_C', 'c')\n// fail('ERR_D')\n",
  'packages/core/src/a.test.ts': `
const CASES = [['short', 'ERR_C']]
describe('a', () => {
  it('refuses a (the first)', () => {
    expectCode('ERR_A', () => run(')'))
  })
  // 'ERR_B'
  it.each<[string, () => void]>([['x', 'ERR_B']])('refuses %s', (_, code) => { expectCode(code, f) })
  for (const [title, code] of CASES) it(\`refuses \${title}\`, () => expectCode(code, f))
})
`,
}

function usageOf(changes: TreeFiles): ErrorUsage {
  return withTree({ ...TREE, ...changes }, root => errorUsage(loadWorkspace(root)))
}

const problems = (changes: TreeFiles, codes = CODES): string[] => usageProblems(codes, usageOf(changes))

describe('error usage', () => {
  it('finds the test around each code: in its body, in the table of it.each, in rows above a computed title', () => {
    const { tests } = usageOf({})
    const path = 'packages/core/src/a.test.ts'
    expect(tests.get('ERR_A')).toEqual([{ path, title: 'refuses a (the first)' }])
    expect(tests.get('ERR_B')).toEqual([{ path, title: 'refuses %s' }])
    expect(tests.get('ERR_C')).toEqual([{ path, title: 'refuses ${title}' }])
  })

  it('is complete when every code is raised and tested', () => {
    expect(problems({})).toEqual([])
  })

  it('misses a test for a code, and names the source that raises it', () => {
    const untested = "it('refuses a', () => expectCode('ERR_A', f))\nit('b', () => expectCode('ERR_B', f))\n"
    expect(problems({ 'packages/core/src/a.test.ts': untested })).toEqual([
      'ERR_C has no test; raised at packages/core/src/a.ts:3',
    ])
  })

  it('takes no code outside of a test for tested, nor one in a comment', () => {
    const outside = `const helper = () => expectCode('ERR_C', f)
it('refuses a and b', () => { expectCode('ERR_A', f); expectCode('ERR_B', f) /* 'ERR_C' */ })
`
    expect(problems({ 'packages/core/src/a.test.ts': outside })).toEqual([
      'ERR_C has no test; raised at packages/core/src/a.ts:3',
    ])
  })

  it('finds a test that names an unknown code', () => {
    const unknown = "it('refuses d', () => expectCode('ERR_D', f))\n"
    expect(problems({ 'packages/core/src/b.test.ts': unknown })).toEqual([
      'packages/core/src/b.test.ts:1 names ERR_D, which is not a code',
    ])
  })

  it('finds a code that no source raises', () => {
    expect(problems({ 'packages/core/src/a.ts': "fail('ERR_A')\nfail('ERR_B')\n" })).toEqual([
      'ERR_C is raised by no source',
    ])
  })

  it('counts compliance suites in testing folders as tests', () => {
    const suite = "export const suite = () => it('refuses c in each driver', () => expectCode('ERR_C', f))\n"
    expect(usageOf({ 'packages/core/src/testing/suite.ts': suite }).tests.get('ERR_C')).toHaveLength(2)
  })
})

describe('error document', () => {
  it('has a row for each code, by class and code, with text that cannot break the table', () => {
    const rows = errorDocument(CODES, usageOf({})).split('\n').slice(-4, -1)
    expect(rows).toEqual([
      '| `ERR_C` | DecodeError | c | do c | 丙 | no | packages/core/src/a.test.ts › refuses ${title} |',
      '| `ERR_A` | InputError | a | do a | 甲 | no | packages/core/src/a.test.ts › refuses a (the first) |',
      String.raw`| ${'`ERR_B`'} | InputError | b \| or &lt;c> | do b | 乙 | yes | packages/core/src/a.test.ts › refuses %s |`,
    ])
  })

  it('shows at most three tests of a code', () => {
    const many = Array.from({ length: 5 }, (_, i) => `it('case ${i}', () => expectCode('ERR_A', f))`).join(
      '\n',
    )
    const row = errorDocument(CODES, usageOf({ 'packages/core/src/0.test.ts': many }))
      .split('\n')
      .find(line => line.includes('ERR_A'))
    expect(row?.split('<br>')).toHaveLength(3)
  })
})

describe('scripts/error-table.ts', () => {
  const script = new URL('error-table.ts', import.meta.url).pathname
  const run = (root: string, ...options: string[]) =>
    spawnSync(process.execPath, [script, ...options, root], { encoding: 'utf8' })

  it('writes the document, and with --check fails only when it is missing or stale', () => {
    withTree(
      { ...TREE, 'packages/core/package.json': '{ "name": "@mixun/core", "type": "module" }' },
      root => {
        const missing = run(root, '--check')
        expect(missing.stderr).toBe(
          'docs/ERRORS.md is stale: run node_modules/.bin/node scripts/error-table.ts\n',
        )
        expect(missing.status).toBe(1)
        expect(run(root).status).toBe(0)
        expect(readFileSync(join(root, 'docs/ERRORS.md'), 'utf8')).toContain('| `ERR_A` |')
        const fresh = run(root, '--check')
        expect(fresh.stdout).toBe('error-table: 3 codes, 3 of them tested: no problem\n')
        expect(fresh.status).toBe(0)
      },
    )
  })
})
