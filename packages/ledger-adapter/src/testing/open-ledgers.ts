import type { Ledger } from '../ledger/ledger.ts'
import { LedgerMirror, type LedgerMirrorOptions } from '../mirror/ledger-mirror.ts'
import { SqliteLedger, type SqliteLedgerOptions } from '../sqlite/sqlite-ledger.ts'
import { TEST_ORIGIN, type TestConsortium } from './test-consortium.ts'

/** The association's ledger of a test consortium, in memory unless a file is named. */
export function openTestLedger(
  consortium: TestConsortium,
  changes: Partial<SqliteLedgerOptions> = {},
): SqliteLedger {
  const { association: identity, verifiers, now } = consortium
  const { key, keyOf } = consortium.reader('xiehui')
  return SqliteLedger.open({
    file: ':memory:',
    identity,
    decryptionKey: key,
    ...(keyOf === undefined ? {} : { decryptionKeyOf: keyOf }),
    origin: TEST_ORIGIN,
    verifiers,
    now,
    ...changes,
  })
}

/** The mirror of a party, in memory unless a file is named; of nobody, it opens no sealed entry. */
export function openTestMirror(
  consortium: TestConsortium,
  party: string | null,
  changes: Partial<LedgerMirrorOptions> = {},
): LedgerMirror {
  const { anchor, verifiers } = consortium
  const reader = party === null ? null : consortium.reader(party)
  return LedgerMirror.open({ file: ':memory:', anchor, verifiers, reader, ...changes })
}

/** A ledger that answers as `ledger` does but for some requests. */
export function ledgerWith(ledger: Ledger, changes: Partial<Ledger>): Ledger {
  return {
    append: entry => ledger.append(entry),
    checkpoint: () => ledger.checkpoint(),
    entries: (from, limit) => ledger.entries(from, limit),
    proveInclusion: (index, size) => ledger.proveInclusion(index, size),
    proveConsistency: (first, second) => ledger.proveConsistency(first, second),
    cosign: note => ledger.cosign(note),
    balance: party => ledger.balance(party),
    close: () => ledger.close(),
    ...changes,
  }
}
