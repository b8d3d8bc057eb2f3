// Prints "N passed, N failed": check steps, and the tests in vitest's JSON reports. Plain JavaScript for Node 20.
// Usage: node scripts/count-results.mjs <folder of reports> <steps passed> <steps failed> [failed vitest runs…]
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, stepsPassed, stepsFailed, ...failedRuns] = process.argv.slice(2)

/** Tests of one vitest run. A file that does not load has no tests and counts as one that failed. */
function count(path) {
  if (!existsSync(path)) return { passed: 0, failed: 0 }
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const unloaded = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length }
}

let passed = Number(stepsPassed)
let failed = Number(stepsFailed)
for (const run of ['vitest', 'vitest-long']) {
  const tests = count(join(folder, `${run}.json`))
  passed += tests.passed
  // A run may fail although no test did: a crash, or an error outside of all tests.
  failed += failedRuns.includes(run) ? Math.max(tests.failed, 1) : tests.failed
}
console.log(`${passed} passed, ${failed} failed`)
