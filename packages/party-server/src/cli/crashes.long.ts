import { describeCrashes } from '../testing/crash-suite.ts'
import { describeClosingCrashes } from '../testing/closing-crash-suite.ts'
import { describeConsentCrashes } from '../testing/consent-crash-suite.ts'
import { describeDaemonCrashes } from '../testing/daemon-crash-suite.ts'
import { describeJointAnswerCrashes } from '../testing/joint-answer-crash-suite.ts'
import { describeJointCrashes } from '../testing/joint-crash-suite.ts'
import { describeRetireCrashes } from '../testing/retire-crash-suite.ts'
import { describeRotationCrashes } from '../testing/rotation-crash-suite.ts'

describeCrashes('intl', { import: 1, join: 1, publish: 1, release: 1 })
describeCrashes('sm', { import: 3, join: 3, publish: 5, release: 5 })
describeDaemonCrashes('intl', 1)
describeDaemonCrashes('sm', 3)
describeJointCrashes('intl', { import: 7, publish: 17, ask: 3 })
describeJointCrashes('sm', { import: 7, publish: 17, ask: 23 })
describeJointAnswerCrashes('intl', { firm: 3, association: 3 })
describeJointAnswerCrashes('sm', { firm: 7, association: 7 })
describeRetireCrashes('intl', 1)
describeRetireCrashes('sm', 5)
describeConsentCrashes('intl', 5)
describeConsentCrashes('sm', 9)
describeClosingCrashes('intl', 9)
describeClosingCrashes('sm', 17)
describeRotationCrashes('intl', 1)
describeRotationCrashes('sm', 3)
