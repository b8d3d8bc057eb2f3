import { compareBytes } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import type { SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { forkError } from '../checkpoint/fork.ts'
import { type HistorySource, proveFork } from '../checkpoint/prove-fork.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LedgerFile } from '../sqlite/ledger-file.ts'

/** How a ledger that went on differently shows while its entries come in. */
const SIGNS: ReadonlySet<string> = new Set(['ERR_LEDGER_FORK', 'ERR_LEDGER_RULES', 'ERR_LEDGER_RECEIPT'])

/**
 * Looks for a proof of a fork behind an error of a sync: of the checkpoints that were signed before, one that the tree
 * of `head` does not continue.
 *
 * @param signed checkpoints of before, of this file or shown by others
 * @returns ERR_LEDGER_FORK with a proof that `verifyFork` takes; `error` where there is none
 */
export async function findFork(
  file: LedgerFile,
  signed: readonly SignedCheckpoint[],
  ledger: Ledger,
  head: SignedCheckpoint,
  error: unknown,
): Promise<unknown> {
  const isProven = error instanceof MixunError && typeof error.details['proof'] === 'string'
  if (!(error instanceof MixunError) || !SIGNS.has(error.code) || isProven) return error
  const { hash } = file.anchor.suite
  for (const known of signed) {
    const isOther = known.size === head.size && compareBytes(known.root, head.root) !== 0
    if (isOther) return forkError(known, head, 'inconsistent', { cause: error })
    const proof = await proveFork(hash, historyOf(ledger), known, head)
    if (proof !== null) return forkError(known, head, 'inconsistent', { proof, cause: error })
  }
  return error
}

function historyOf(ledger: Ledger): HistorySource {
  return {
    proveConsistency: (first, second) => ledger.proveConsistency(first, second),
    proveInclusion: (index, treeSize) => ledger.proveInclusion(index, treeSize),
    firstLeaf: async () => {
      const [first] = await ledger.entries(0, 1)
      return first === undefined ? new Uint8Array(0) : first.bytes
    },
  }
}
