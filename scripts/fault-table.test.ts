import { describe, expect, it } from 'vitest'
import { faultDocument, faultProblems } from './lib/fault-document.ts'
import { withTree } from './lib/temporary-tree.ts'
import { loadWorkspace } from './lib/workspace.ts'

const path = 'packages/core/src/a.test.ts'
const TREE = {
  'package.json': '{ "name": "root" }',
  'packages/core/package.json': '{ "name": "@mixun/core" }',
  [path]: "it('refuses a stale thing', () => expectCode('ERR_A', run))\n",
}
const codes = new Set(['ERR_A', 'ERR_B'])
const groupOf = (...tests: { code: string | null; path: string; title: string }[]) => [
  { name: 'Group', cases: [{ name: 'a case', tests }] },
]
const problemsOf = (...tests: Parameters<typeof groupOf>) =>
  withTree(TREE, root => faultProblems(groupOf(...tests), loadWorkspace(root), codes))

describe('the table of faults', () => {
  it('takes a test that exists and names the code', () => {
    expect(problemsOf({ code: 'ERR_A', path, title: 'refuses a stale' })).toEqual([])
    expect(problemsOf({ code: null, path, title: 'refuses a stale thing' })).toEqual([])
  })

  it('finds a case without a test, a test that is gone, and codes that are unknown or not named', () => {
    expect(problemsOf()).toEqual(['a case: no test'])
    const found = (code: string, at: string, title: string) => problemsOf({ code, path: at, title }).join()
    expect(found('ERR_A', path, 'refuses another')).toContain('has no test')
    expect(found('ERR_A', 'packages/core/src/b.test.ts', 'refuses')).toContain('does not exist')
    expect(found('ERR_C', path, 'refuses')).toContain('is not a code')
    expect(found('ERR_B', path, 'refuses')).toContain('does not name ERR_B')
  })

  it('is written by group', () => {
    const document = faultDocument(groupOf({ code: 'ERR_A', path, title: 'refuses a stale thing' }))
    expect(document).toContain('## Group')
    expect(document).toContain(`| a case | \`ERR_A\` | ${path} › refuses a stale thing |`)
  })
})
