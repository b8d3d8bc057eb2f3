import { describeMainJob } from './describe-main-job.ts'

describeMainJob('intl', 40)
