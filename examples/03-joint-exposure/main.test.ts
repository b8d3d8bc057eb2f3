import { describeJointExposure } from './describe-joint-exposure.ts'

describeJointExposure('intl', 5)
