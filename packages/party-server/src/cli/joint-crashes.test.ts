import { describeJointCrashes } from '../testing/joint-crash-suite.ts'

describeJointCrashes('intl', { import: 7, publish: 17, ask: 23 })
