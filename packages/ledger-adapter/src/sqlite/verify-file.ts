import { compareBytes } from '@mixun/core/bytes'
import { type ErrorDetails, fail, MixunError } from '@mixun/core/errors'
import { MemoryTree } from '@mixun/core/merkle'
import { openCheckpoint } from '../checkpoint/checkpoint.ts'
import { verifyAppendReceipt } from '../ledger/append-receipt.ts'
import { checkClock } from '../ledger/clock.ts'
import { entryCodec, entryLeafHash } from '../ledger/entry.ts'
import { verifyIntentReceipt } from '../ledger/intent-receipt.ts'
import { LedgerState } from '../ledger/state.ts'
import type { EntryRow } from './entry-store.ts'
import type { LedgerFile } from './ledger-file.ts'

const PAGE_ENTRIES = 1_000

/**
 * Recomputes everything from the bytes of the entries: author and sequencer signatures, registry rules, points events,
 * every tree node and every checkpoint.
 *
 * @throws ERR_LEDGER_CORRUPT; `details.index` names the first entry that does not fit, where it is one
 */
export function verifyLedgerFile(file: LedgerFile): void {
  const { anchor, store } = file
  const tree = new MemoryTree(anchor.suite.hash)
  const state = new LedgerState(anchor, file.verifiers)
  let page = store.entries(0, PAGE_ENTRIES)
  while (page.length > 0) {
    for (const row of page) verifyRow(file, state, tree, row)
    page = store.entries(tree.size, PAGE_ENTRIES)
  }
  verifyNodes(file, tree)
  for (const text of store.checkpoints()) {
    const checkpoint = guard({}, () => openCheckpoint(file.verifierKey, text))
    if (checkpoint.size > tree.size || compareBytes(tree.root(checkpoint.size), checkpoint.root) !== 0) {
      fail('ERR_LEDGER_CORRUPT', `the entries do not add up to the checkpoint of size ${checkpoint.size}`)
    }
  }
}

function verifyRow(file: LedgerFile, state: LedgerState, tree: MemoryTree, row: EntryRow): void {
  const { anchor, store } = file
  const { index, bytes, sequencedAt, receiptSignature } = row
  if (index !== tree.size) fail('ERR_LEDGER_CORRUPT', 'expected entries without a gap', at(tree.size))
  const leafHash = entryLeafHash(anchor.suite, bytes)
  guard({ index }, () => {
    const entry = entryCodec.decode(bytes)
    const receipt = { entryId: entry.id, index, leafHash, sequencedAt, signature: receiptSignature }
    verifyAppendReceipt(anchor, receipt)
    const intentReceipt = store.intentReceipt(index)
    if (intentReceipt !== null) {
      verifyIntentReceipt(anchor, intentReceipt)
    }
    const admitted = state.admit(entry)
    checkClock(admitted.entry, sequencedAt)
    if (JSON.stringify(admitted.events) !== JSON.stringify(store.events(index))) {
      fail('ERR_LEDGER_CORRUPT', `entry ${index} causes other points events than the stored ones`, at(index))
    }
    if (store.entryById(entry.id)?.index !== index) {
      fail('ERR_LEDGER_CORRUPT', `entry ${index} is filed under another id`, at(index))
    }
    state.apply(admitted, index)
  })
  tree.append(leafHash)
}

function verifyNodes({ store }: LedgerFile, tree: MemoryTree): void {
  let count = 0
  for (let level = 0, width = tree.size; width > 0; level++, width = Math.floor(width / 2)) {
    for (let index = 0; index < width; index++, count++) {
      if (compareBytes(store.subtree(level, index), tree.subtree(level, index)) !== 0) {
        fail('ERR_LEDGER_CORRUPT', `tree node ${level}/${index} differs`, at(level === 0 ? index : null))
      }
    }
  }
  if (store.nodeCount() !== count) fail('ERR_LEDGER_CORRUPT', `expected ${count} tree nodes`)
}

function at(index: number | null): { details: ErrorDetails } {
  return { details: index === null ? {} : { index } }
}

/** Whatever check fails here, it fails on bytes that were verified when they were written: the file changed. */
function guard<T>(details: ErrorDetails, check: () => T): T {
  try {
    return check()
  } catch (cause) {
    if (!(cause instanceof MixunError) || cause.code === 'ERR_LEDGER_CORRUPT') throw cause
    return fail('ERR_LEDGER_CORRUPT', `a stored row no longer verifies: ${cause.code}`, {
      details: { ...details, rule: cause.code },
      cause,
    })
  }
}
