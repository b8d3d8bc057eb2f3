export {
  fakeKeyProof,
  fakeReceipt,
  fakeRerandomizationProof,
  fakeVerifiers,
  fakeVerifiersOf,
} from './fake-verifiers.ts'
export { describeLedger, type LedgerHarness } from './ledger-compliance.ts'
export { openLedgerSession } from './ledger-sessions.ts'
export { TEST_NOW, TEST_ORIGIN, TEST_RULES, TestConsortium } from './test-consortium.ts'
