import type { Subject } from '@mixun/core/domain'
import { OVERDUE_DATASET } from '@mixun/sdk/joint'
import { publishJoint } from '../joint/publish-joint.ts'
import { openJointBooks } from '../stores/open.ts'
import { CHECKER, MAKER } from './records.ts'
import type { TestParty } from './test-party.ts'

/** Imports, approves and publishes a firm's book of overdue amounts, in fen. */
export async function publishBook(
  { home }: TestParty,
  lines: readonly { readonly subject: Subject; readonly amount: bigint }[],
): Promise<void> {
  using books = openJointBooks(home)
  const numbered = lines.map((line, i) => [i + 1, line] as const)
  const fileDigest = `${home.identity.partyId}-${Math.random()}`
  const about = { dataset: OVERDUE_DATASET, fileName: 'book.csv', fileDigest, maker: MAKER, findings: 0 }
  const { id } = books.add(about, numbered)
  books.decide(id, CHECKER, 'reviewed')
  books.decide(id, CHECKER, 'approved')
  await publishJoint(home, OVERDUE_DATASET)
}
