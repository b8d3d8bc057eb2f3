export { intl } from './intl.ts'
export { signFor, suiteById, verifyFor } from './signed.ts'
export { sm, smSuite } from './sm.ts'
export { type RunningHash, SUITE_IDS, type SigningKey, type Suite, type SuiteId } from './suite.ts'
