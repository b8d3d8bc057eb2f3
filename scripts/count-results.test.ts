import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type TreeFiles, withTree } from './lib/temporary-tree.ts'

const script = new URL('count-results.mjs', import.meta.url).pathname

const count = (reports: TreeFiles, ...steps: readonly string[]): string =>
  withTree({ 'keep.txt': '', ...reports }, folder =>
    execFileSync(process.execPath, [script, folder, ...steps], { encoding: 'utf8' }),
  )

const report = (
  numPassedTests: number,
  numFailedTests: number,
  testResults: readonly object[] = [],
): string => JSON.stringify({ numPassedTests, numFailedTests, testResults })

describe('count-results', () => {
  it('adds the tests of both runs to the steps', () => {
    const reports = { 'vitest.json': report(40, 2), 'vitest-long.json': report(3, 0) }
    expect(count(reports, '4', '1', 'vitest')).toBe('47 passed, 3 failed\n')
  })

  it('counts a test file that does not load as one failure', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
    ]
    expect(count({ 'vitest.json': report(1, 1, files) }, '5', '0', 'vitest')).toBe('6 passed, 2 failed\n')
  })

  it('counts a run that fails without a failed test, or without a report', () => {
    expect(count({ 'vitest.json': report(1, 0) }, '5', '0', 'vitest', 'vitest-long')).toBe(
      '6 passed, 2 failed\n',
    )
  })
})
