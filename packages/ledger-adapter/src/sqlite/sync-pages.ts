import { fail } from '@mixun/core/errors'
import { verifyConsistency } from '@mixun/core/merkle'
import { plainCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { forkError } from '../checkpoint/fork.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LedgerFile } from './ledger-file.ts'
import type { LedgerProgress } from './progress.ts'
import { takeEntry } from './take-entry.ts'

/** Entries verified in one go: their proofs take the thread for some milliseconds each. */
export const PAGE_ENTRIES = 64

/** Who is told of what while pages come in. */
export interface SyncPagesOptions {
  /** Called with the index of each new entry, within the transaction that keeps it. */
  readonly taken?: (index: number) => void
  /** Called after each page. */
  readonly onPage?: LedgerProgress
}

/**
 * Fetches the entries up to `head`, whose signature is verified, and takes each in after verifying it. A page is kept
 * only when the tree with it is a prefix of the head's, so that an interrupted sync goes on from there.
 *
 * @throws ERR_LEDGER_FORK, ERR_LEDGER_RULES, ERR_LEDGER_RECEIPT, and the errors of `source`
 */
export async function syncPages(
  file: LedgerFile,
  source: Ledger,
  head: SignedCheckpoint,
  { taken = () => {}, onPage = () => {} }: SyncPagesOptions = {},
): Promise<void> {
  while (file.size < head.size) {
    await syncPage(file, source, head, taken)
    onPage(file.size, head.size)
  }
  // The page that reached the head has kept it, unless there was none or another process added the last entries.
  if ((file.lastCheckpoint()?.size ?? -1) < head.size) file.write(() => keepHead(file, head))
}

/** Inside of one transaction. */
function keepHead(file: LedgerFile, head: SignedCheckpoint): void {
  const last = file.lastCheckpoint()
  if (last !== null && last.size >= head.size) return
  file.store.notes.insertCheckpoint(head.size, plainCheckpoint(file.verifierKey, head.text))
}

/**
 * The tree on file is a prefix of the head's: asked before any entry is taken, so that a ledger which went on
 * differently is called a fork, not a breach of rules.
 *
 * @throws ERR_LEDGER_FORK, and the errors of `source`
 */
export async function requirePrefix(file: LedgerFile, source: Ledger, head: SignedCheckpoint): Promise<void> {
  const { size } = file
  const proof = size > 0 ? await source.proveConsistency(size, head.size) : []
  try {
    verifyConsistency(file.anchor.suite.hash, size, head.size, proof, file.root(size), head.root)
  } catch (cause) {
    throw forkError(file.lastCheckpoint(), head, 'inconsistent', { cause })
  }
}

async function syncPage(
  file: LedgerFile,
  source: Ledger,
  head: SignedCheckpoint,
  taken: (index: number) => void,
): Promise<void> {
  const from = file.size
  const page = await source.entries(from, Math.min(PAGE_ENTRIES, head.size - from))
  if (page.length === 0)
    fail('ERR_LEDGER_RECEIPT', `expected entries ${from} to ${head.size - 1}, found none`)
  const until = from + page.length
  const proof = until < head.size ? await source.proveConsistency(until, head.size) : []
  file.write(() => {
    page.forEach((stored, i) => {
      if (takeEntry(file, stored, from + i)) taken(from + i)
    })
    try {
      const { hash } = file.anchor.suite
      verifyConsistency(hash, until, head.size, proof, file.root(until), head.root)
    } catch (cause) {
      throw forkError(file.lastCheckpoint(), head, 'inconsistent', { cause })
    }
    if (until === head.size) keepHead(file, head)
  })
}
