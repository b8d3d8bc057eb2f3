import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import { type ErrorDetails, fail, MixunError } from '@mixun/core/errors'
import { MemoryTree } from '@mixun/core/merkle'
import { openCheckpoint } from '../checkpoint/checkpoint.ts'
import { cosignerName, openCosigned } from '../checkpoint/cosignature.ts'
import { parseNote } from '../checkpoint/signed-note.ts'
import { verifyAppendReceipt } from '../ledger/append-receipt.ts'
import { checkRecordedClock } from '../ledger/clock.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { MemoryRecords } from '../ledger/inquiry-records.ts'
import { verifyReceiptOf } from '../ledger/bought-receipt.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import type { ReadableEntry } from '../ledger/payloads.ts'
import { LedgerState } from '../ledger/state.ts'
import type { EntryRow } from './entry-row.ts'
import type { SnapshotRow } from './entry-store.ts'
import type { LedgerFile } from './ledger-file.ts'
import type { CosignatureRow } from './note-rows.ts'
import type { LedgerProgress } from './progress.ts'
import { encodeBalances } from './snapshot.ts'

const PAGE_ENTRIES = 1_000

/** What the fold of the entries has come to. */
interface Fold {
  readonly tree: MemoryTree
  readonly state: LedgerState
  readonly records: MemoryRecords
  events: number
  /** The newest time that an entry was sequenced at. */
  newestTime: number
  readonly snapshot: SnapshotRow | null
  /** Every consent and intent so far. */
  readonly inquiries: { readonly kind: 'consent' | 'intent'; readonly id: Uint8Array }[]
}

/**
 * Recomputes everything from the bytes of the entries: author and sequencer signatures, registry rules, points events,
 * every tree node, every checkpoint and cosignature. A row that is changed, missing or too many is found.
 *
 * @param onProgress told of the entries verified so far, now and then
 * @param intentReceipts whether the file is the sequencer's, which keeps a receipt of every intent; a mirror keeps none
 * @throws ERR_LEDGER_CORRUPT; `details.index` names the first entry that does not fit, where it is one
 */
export function verifyLedgerFile(
  file: LedgerFile,
  intentReceipts: boolean,
  onProgress: LedgerProgress = () => {},
): void {
  file.read(() => verifyRows(file, intentReceipts, onProgress))
}

function verifyRows(file: LedgerFile, intentReceipts: boolean, onProgress: LedgerProgress): void {
  const { anchor, store } = file
  const tree = new MemoryTree(anchor.suite.hash)
  const records = new MemoryRecords()
  const state = new LedgerState(anchor, file.verifiers, file.reader, records)
  const snapshot = store.snapshot()
  const fold: Fold = {
    tree,
    state,
    records,
    events: 0,
    newestTime: 0,
    snapshot,
    inquiries: [],
  }
  let page = store.entries(0, PAGE_ENTRIES)
  while (page.length > 0) {
    for (const row of page) verifyRow(file, fold, row, intentReceipts)
    onProgress(tree.size, file.size)
    page = store.entries(tree.size, PAGE_ENTRIES)
  }
  verifyNodes(file, tree)
  verifyRecords(file, fold)
  if (snapshot !== null && snapshot.size > tree.size) {
    fail('ERR_LEDGER_CORRUPT', 'expected a snapshot of entries on file')
  }
  if (!store.isJournalInOrder(fold.events)) {
    fail(
      'ERR_LEDGER_CORRUPT',
      `expected ${fold.events} points events, numbered in the order of their entries`,
    )
  }
  for (const row of store.notes.checkpoints()) verifyCheckpoint(file, tree, row)
  for (const row of store.notes.ahead()) verifyAhead(file, row)
  for (const row of store.notes.cosignatures()) verifyCosignature(file, fold, row)
  // Last, as it cannot say which entry is hit.
  file.checkIntegrity()
}

function verifyRow(file: LedgerFile, fold: Fold, row: EntryRow, intentReceipts: boolean): void {
  const { anchor, store } = file
  const { tree, state } = fold
  const { index, bytes, sequencedAt, receiptSignature } = row
  if (index !== tree.size) fail('ERR_LEDGER_CORRUPT', 'expected entries without a gap', at(tree.size))
  const leafHash = entryLeafHash(anchor.suite, bytes)
  guard({ index }, () => {
    const entry = entryCodec.decode(bytes)
    const receipt = { entryId: entry.id, index, leafHash, sequencedAt, signature: receiptSignature }
    verifyAppendReceipt(anchor, receipt)
    const admitted = state.admit(entry, bytes)
    checkRecordedClock(admitted.entry, entry.kind === 'sealed', sequencedAt, fold.newestTime)
    fold.newestTime = Math.max(fold.newestTime, sequencedAt)
    checkIntentReceipt(file, admitted.entry, index, intentReceipts)
    const stored = store.events(index)
    if (JSON.stringify(admitted.events) !== JSON.stringify(stored)) {
      fail('ERR_LEDGER_CORRUPT', `entry ${index} causes other points events than the stored ones`, at(index))
    }
    fold.events += stored.length
    if (store.entryById(entry.id)?.index !== index) {
      fail('ERR_LEDGER_CORRUPT', `entry ${index} is filed under another id`, at(index))
    }
    if (store.kindOf(index) !== admitted.entry.kind) {
      fail('ERR_LEDGER_CORRUPT', `entry ${index} is filed as another kind`, at(index))
    }
    state.apply(admitted, index)
    const { entry: read } = admitted
    if (read.kind === 'consent') fold.inquiries.push({ kind: read.kind, id: read.payload.consentId })
    if (read.kind === 'intent') fold.inquiries.push({ kind: read.kind, id: read.payload.intentId })
  })
  tree.append(leafHash)
  if (fold.snapshot?.size === tree.size) checkSnapshot(fold, fold.snapshot)
}

/** The snapshot of this size is that of these entries. */
function checkSnapshot({ tree, state }: Fold, { size, root, balances, counts }: SnapshotRow): void {
  const isSame =
    compareBytes(root, tree.root()) === 0 &&
    balances === encodeBalances(state.balances) &&
    counts === state.registry.policy.budgets.encodeCounts()
  if (!isSame) {
    fail('ERR_LEDGER_CORRUPT', `the snapshot of size ${size} is not that of the entries`)
  }
}

/** Consents and intents are filed with their entry, uses and outcome, and no others are. */
function verifyRecords({ store }: LedgerFile, { state, records, inquiries }: Fold): void {
  const { registry } = state
  for (const { kind, id } of inquiries) {
    const isFiled =
      kind === 'consent'
        ? isSame(
            store.inquiries.consentRow(id),
            registry.consent(id),
            row => `${row.uses}/${row.withdrawn}`,
            recorded => `${recorded.uses}/${recorded.withdrawnIndex}`,
          )
        : isSame(
            store.inquiries.intentRow(id),
            registry.intent(id),
            row => `${row.outcome}/${row.consent && toHex(row.consent)}`,
            ({ outcomeIndex, basis }) => `${outcomeIndex}/${basis && toHex(basis.consentId)}`,
          )
    if (!isFiled) fail('ERR_LEDGER_CORRUPT', `a ${kind} is not filed as its entries say`)
  }
  if (store.inquiries.inquiryRowCount() !== inquiries.length) {
    fail('ERR_LEDGER_CORRUPT', `expected ${inquiries.length} consents and intents on file`)
  }
  const purchases = [...records.purchases]
  const isFiled = purchases.every(([id, { bought, index, closedIndex }]) => {
    const row = store.purchases.find(fromHex(id))
    const isSamePurchase = row?.inquirer === bought.inquirer && row.expires === bought.expiresAt
    return isSamePurchase && row.position === index && row.closed === closedIndex
  })
  if (!isFiled || store.purchases.count() !== purchases.length) {
    fail('ERR_LEDGER_CORRUPT', 'an intent that was bought in advance is not filed as its entries say')
  }
  const ended = [...records.ended]
  if (
    store.inquiries.endedCount() !== ended.length ||
    ended.some(([id, at]) => store.inquiries.endedAt(fromHex(id)) !== at)
  ) {
    fail('ERR_LEDGER_CORRUPT', `expected ${ended.length} intents on file that were ended`)
  }
}

function isSame<R extends { position: number }, T extends { index: number }>(
  row: R | undefined,
  recorded: T | undefined,
  ofRow: (row: R) => number | string | null,
  ofRecord: (recorded: T) => number | string | null,
): boolean {
  if (row === undefined || recorded === undefined) return false
  return row.position === recorded.index && ofRow(row) === ofRecord(recorded)
}

/** The receipt of an intent is that of this entry; other entries have none. */
function checkIntentReceipt(
  file: LedgerFile,
  entry: ReadableEntry,
  index: number,
  intentReceipts: boolean,
): void {
  const bytes = file.store.intentReceipt(index)
  if ((bytes !== null) !== (intentReceipts && (entry.kind === 'intent' || entry.kind === 'intent-bought'))) {
    fail('ERR_LEDGER_CORRUPT', `entry ${index}: expected a receipt for an intent only`, at(index))
  }
  if (bytes === null) return
  const receipt = verifyReceiptOf(file.anchor, bytes)
  if (receipt.index !== index || compareBytes(receipt.entryId, entry.id) !== 0) {
    fail('ERR_LEDGER_CORRUPT', `entry ${index} has the receipt of another intent`, at(index))
  }
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

function verifyCheckpoint(file: LedgerFile, tree: MemoryTree, row: { size: number; text: string }): void {
  const checkpoint = guard({}, () => openCheckpoint(file.verifierKey, row.text))
  // Only what was verified is stored: one line.
  const isPlain = parseNote(row.text).signatures.length === 1 && checkpoint.size === row.size
  if (!isPlain || row.size > tree.size || compareBytes(tree.root(row.size), checkpoint.root) !== 0) {
    fail('ERR_LEDGER_CORRUPT', `the entries do not add up to the checkpoint of size ${row.size}`)
  }
}

/** Nothing follows from it until the tree has got there; that one is missing cannot be seen. */
function verifyAhead(file: LedgerFile, { size, text }: { size: number; text: string }): void {
  const checkpoint = guard({}, () => openCheckpoint(file.verifierKey, text))
  if (parseNote(text).signatures.length !== 1 || checkpoint.size !== size) {
    fail('ERR_LEDGER_CORRUPT', `expected a checkpoint of size ${size} among those ahead`)
  }
}

function verifyCosignature({ anchor, verifierKey }: LedgerFile, fold: Fold, row: CosignatureRow): void {
  const { party, size, note } = row
  const name = cosignerName(anchor.origin, party)
  // Cosignatures may be older than the member's key of today.
  const isValid = fold.state.registry.signingKeysSince(party, 0).some(publicKey => {
    try {
      const key = { name, suite: anchor.suite, publicKey }
      const checkpoint = openCosigned(verifierKey, key, note)
      const isPlain = parseNote(note).signatures.length === 2 && checkpoint.size === size
      return isPlain && compareBytes(fold.tree.root(size), checkpoint.root) === 0
    } catch (error) {
      if (error instanceof MixunError) return false
      throw error
    }
  })
  if (!isValid) fail('ERR_LEDGER_CORRUPT', `the stored cosignature of ${party} does not verify`)
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
