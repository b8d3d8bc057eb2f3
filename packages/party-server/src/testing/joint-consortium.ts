import type { SuiteId } from '@mixun/core/suite'
import { OVERDUE_DATASET } from '@mixun/sdk/joint'
import { openAssociationLedger } from '../association/ledger.ts'
import { recordRule } from '../association/rules.ts'
import { publishJoint } from '../joint/publish-joint.ts'
import { openJointBooks } from '../stores/open.ts'
import { CHECKER, MAKER } from './records.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'
import type { TestParty } from './test-party.ts'

/** The firms whose books a query asks; that of the i-th has 10^i fen of investor 1. */
export const JOINT_FIRMS: readonly string[] = ['bing', 'ding', 'wu', 'yi']

/** Approves an imported book. */
export function approveBook(firm: TestParty, id: number): void {
  using books = openJointBooks(firm.home)
  books.decide(id, CHECKER, 'reviewed')
  books.decide(id, CHECKER, 'approved')
}

/** Joint queries as the association's ledger has them. */
export function jointOnRecord(consortium: TestConsortium) {
  const ledger = openAssociationLedger(consortium.association.home)
  void ledger.close()
  return ledger.registry.policy.joint
}

/** A consortium in which jia asks {@link JOINT_FIRMS}, whose daemons serve a joint table each; three of them are enough. */
export async function foundJointConsortium(suite: SuiteId): Promise<TestConsortium> {
  const firms = Object.fromEntries(['jia', ...JOINT_FIRMS].map(firm => [firm, null]))
  const limits = { answerTimeoutMs: 60_000, cosignatures: 2 }
  const consortium = await TestConsortium.found({ suite, firms, limits })
  const rules = { minFirms: 3, missingAfterSeconds: 0, pricePerFirm: 1 }
  await recordRule(consortium.association.home, 'joint-rules', rules)
  for (const [i, firm] of JOINT_FIRMS.map(id => consortium.firm(id)).entries()) {
    const lines = [[1, { subject: investor(1), amount: 10n ** BigInt(i) }] as const]
    const about = { dataset: OVERDUE_DATASET, fileName: 'book.csv', fileDigest: String(i), maker: MAKER }
    using books = openJointBooks(firm.home)
    const { id } = books.add({ ...about, findings: 0 }, lines)
    approveBook(firm, id)
    await publishJoint(firm.home, OVERDUE_DATASET)
    await firm.start()
  }
  return consortium
}
