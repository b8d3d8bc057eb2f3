import { describeJointExposure } from './describe-joint-exposure.ts'

describeJointExposure('intl', 10)
describeJointExposure('sm', 10)
