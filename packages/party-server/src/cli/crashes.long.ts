import { describeCrashes } from '../testing/crash-suite.ts'
import { describeDaemonCrashes } from '../testing/daemon-crash-suite.ts'
import { describeRetireCrashes } from '../testing/retire-crash-suite.ts'

describeCrashes('intl', { import: 1, join: 1, publish: 1, release: 1 })
describeCrashes('sm', { import: 3, join: 3, publish: 5, release: 5 })
describeDaemonCrashes('intl', 1)
describeDaemonCrashes('sm', 3)
// A sample: each point waits for the end of an epoch.
describeRetireCrashes('intl', 13)
describeRetireCrashes('sm', 29)
