import { SUITE_IDS } from '@mixun/core/suite'
import { describeMainJob } from './describe-main-job.ts'

for (const suite of SUITE_IDS) describeMainJob(suite, 'all')
