import { CRASH_VARIABLE } from '@mixun/core/durability'
import { expect, it } from 'vitest'
import { describeCrashes } from '../testing/crash-suite.ts'
import { describeDaemonCrashes } from '../testing/daemon-crash-suite.ts'
import { codeIn, runProcess } from '../testing/run-verb.ts'

describeDaemonCrashes('intl', 13)
describeCrashes('intl', { import: 9, join: 11, publish: 83, release: 71 })

it('the command line does not run under the variable of these tests: ERR_PARAMETER_INSECURE', async () => {
  const refused = await runProcess(['batches', '--json'], { env: { [CRASH_VARIABLE]: 'kill:1' } })
  expect([refused.exitCode, codeIn(refused)]).toEqual([1, 'ERR_PARAMETER_INSECURE'])
})
