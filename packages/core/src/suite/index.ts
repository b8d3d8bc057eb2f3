export { intl } from './intl.ts'
export { signFor, suiteById, verifyFor } from './signed.ts'
export type { SigningKey, Suite, SuiteId } from './suite.ts'
