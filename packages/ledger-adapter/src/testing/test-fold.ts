import type { ErrorCode, MixunError } from '@mixun/core/errors'
import { expectCode } from '@mixun/core/testing'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { EntryKind, Payloads } from '../ledger/payloads.ts'
import { LedgerState } from '../ledger/state.ts'
import type { PointsEvent } from '../points/journal.ts'
import type { TestConsortium } from './test-consortium.ts'

type Arguments<K extends EntryKind> = [author: string, kind: K, payload: Payloads[K], createdAt?: number]

/** Entries of a test consortium, folded one by one as the association does it, without a file. */
export interface TestFold {
  readonly state: LedgerState
  /** Entries so far. */
  size(): number
  /** @returns the points events of the entry */
  take(entry: LedgerEntry): readonly PointsEvent[]
  /** {@link TestFold.take} of an entry that is made of these. */
  write<K extends EntryKind>(...entry: Arguments<K>): readonly PointsEvent[]
  /** Expects that such an entry is refused. */
  refuse<K extends EntryKind>(code: ErrorCode, ...entry: Arguments<K>): MixunError
}

/** A fold that has taken in `opening`: genesis, members and their tables, unless it says otherwise. */
export function testFold(
  consortium: TestConsortium,
  opening: readonly LedgerEntry[] = consortium.opening(),
): TestFold {
  const state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('xiehui'))
  let size = 0
  const take = (entry: LedgerEntry) => {
    const admitted = state.admit(entry)
    state.apply(admitted, size++)
    return admitted.events
  }
  for (const entry of opening) take(entry)
  return {
    state,
    size: () => size,
    take,
    write: (...entry) => take(consortium.entry(...entry)),
    refuse: (code, ...entry) => expectCode(code, () => state.admit(consortium.entry(...entry))),
  }
}
