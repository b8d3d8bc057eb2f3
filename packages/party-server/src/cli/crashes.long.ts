import { describeCrashes } from '../testing/crash-suite.ts'

describeCrashes('intl', { import: 1, join: 1, publish: 1, release: 1 })
describeCrashes('sm', { import: 3, join: 3, publish: 5, release: 5 })
