import { compareBytes, concat, i2osp, utf8, wipe } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import { fail } from '@mixun/core/errors'
import { requireConstantTime } from '@mixun/core/group'
import { treeRoot } from '@mixun/core/merkle'
import { encodeSecretKey } from '../oprf/index.ts'
import { blockTree } from './block-index.ts'
import { BookBuffer, encodeBookRow } from './book.ts'
import type { BuildProgress } from './build.ts'
import { checkTableId, FIRST_VERSION, proveKeyPossession, type TableCommitment } from './commitment.ts'
import { checkPayloads } from './entry.ts'
import { mergeRuns } from './merge-runs.ts'
import { sealedRowBytes } from './params.ts'
import { type BuildTableOptions, drawChunks, type TableEntry } from './plan.ts'
import { RunningRoot } from './running-root.ts'
import { BLOCK_ROWS, type RunBlock, type RunStore, type TableSink } from './runs.ts'
import type { SealingContext, SubjectToSeal } from './seal-rows.ts'
import { sizeClass } from './size-class.ts'
import { encodeHeader } from './table.ts'
import { encodeSealing, sealedTableTasks } from './tasks.ts'

/** Default for `runSubjects`: subjects of a run, some megabytes of rows. */
export const RUN_SUBJECTS = 8_192

/** Rows merged before others get the thread. */
const ROWS_IN_ONE_GO = 32 * BLOCK_ROWS

/** What a large table is made from. */
export interface LargeTableOptions extends Omit<BuildTableOptions, 'entries'> {
  /** Walks the entries, each time in the same order. They are walked twice, and held one at a time. */
  readonly entries: () => Iterable<TableEntry>
  /** Subjects sealed between two runs: what a crash costs at most, and what is in memory; default {@link RUN_SUBJECTS}. */
  readonly runSubjects?: number
  /** Subjects and dummies sealed, of all; starts with those of an earlier attempt. */
  readonly onProgress?: BuildProgress
  readonly signal?: AbortSignal
}

/** Where a large table goes. What they took counts only when the build resolves. */
export interface LargeTableSinks {
  /** Takes the encoded table. */
  readonly table: TableSink
  /** Takes the book's rows in the order of the table, {@link BLOCK_ROWS} at a time until the last. Secret. */
  readonly book: TableSink
}

/**
 * `buildTableInPool` for tables that do not fit into memory: rows are sealed in runs, each sorted and kept durably, and
 * merged into the sink. One that was cut off seals the runs that are missing or damaged, with the same key and entries. From the same
 * randomness in one go it makes the same bytes. In memory are one run, and then a block of rows of every run.
 *
 * @throws the errors of `buildTable`, ERR_COMPUTE_…, and those of store and sinks
 */
export async function buildLargeTable(
  pool: ComputePool,
  options: LargeTableOptions,
  store: RunStore,
  sinks: LargeTableSinks,
): Promise<TableCommitment> {
  const { id, suite, oprf, parameters, key, random, runSubjects = RUN_SUBJECTS } = options
  checkTableId(id)
  requireConstantTime(oprf.group, key)
  const { subjects, realRows, fingerprint } = surveyEntries(options)
  const rowCount = sizeClass(realRows)
  const total = subjects + rowCount - realRows
  const publicKey = oprf.group.encodeElement(key.publicKey)
  const context = { suite, oprf, parameters, scope: { ...id, publicKey }, key, version: FIRST_VERSION }
  const runs = Math.ceil(total / runSubjects)
  const kept = store.begin(fingerprint)
  const boundsOf = (run: number) => [run * runSubjects, Math.min(total, (run + 1) * runSubjects)] as const
  let sealed = [...kept].map(boundsOf).reduce((sum, [from, to]) => sum + to - from, 0)
  options.onProgress?.(sealed, total)
  const buffer = new RunBuffer(context, runSubjects)
  const entries = shared(options.entries())
  for (let run = 0; run < runs; run++) {
    const [from, to] = boundsOf(run)
    if (kept.has(run)) {
      skip(entries, to - from)
      continue
    }
    const progress = (done: number) => options.onProgress?.(sealed + done, total)
    const chunks = drawChunks(entries, from, to, random)
    await sealRun(pool, context, chunks, buffer, progress, options.signal)
    store.keep(run, buffer.blocks())
    sealed += to - from
  }
  const root = await mergeInto(sinks, store, { context, runs, rowCount, signal: options.signal })
  const statement = {
    version: FIRST_VERSION,
    ...id,
    suite: suite.id,
    oprf: oprf.id,
    parameters: parameters.id,
    publicKey,
    baseRowCount: rowCount,
    rowCount,
    root,
  }
  return proveKeyPossession(statement, key, random)
}

interface Survey {
  readonly subjects: number
  readonly realRows: number
  readonly fingerprint: Uint8Array
}

/** Checks every entry once, and names key and entries for a later attempt. That no two are of one subject shows in the merge. */
function surveyEntries({
  entries,
  id,
  suite,
  oprf,
  parameters,
  key,
  runSubjects,
}: LargeTableOptions): Survey {
  const secret = encodeSecretKey(oprf, key)
  const names = [
    suite.id,
    oprf.id,
    parameters.id,
    id.provider,
    id.class,
    id.epoch,
    runSubjects ?? RUN_SUBJECTS,
  ]
  let fingerprint = suite.hmac(secret, utf8(`mixun-large-table\0${names.join('\0')}`))
  wipe(secret)
  let subjects = 0
  let realRows = 0
  for (const { input, payloads } of entries()) {
    if (payloads.length === 0) fail('ERR_INPUT_LENGTH', 'expected at least one payload an entry')
    checkPayloads(parameters, input, payloads)
    const framed = [input, ...payloads].flatMap(part => [i2osp(part.length, 4), part])
    // Keyed from the start, so that it says nothing of any entry.
    fingerprint = suite.hmac(fingerprint, concat(...framed))
    subjects++
    realRows += payloads.length
  }
  return { subjects, realRows, fingerprint }
}

/** The rows of one run, in memory that serves all runs: garbage of their size would double what a build takes. */
class RunBuffer {
  readonly #rowBytes: number
  readonly #rows: Uint8Array
  readonly #block: Uint8Array
  readonly #books = new BookBuffer()

  constructor({ parameters, suite }: SealingContext, subjects: number) {
    this.#rowBytes = sealedRowBytes(parameters, suite)
    this.#rows = new Uint8Array(subjects * parameters.rowsPerSubject * this.#rowBytes)
    this.#block = new Uint8Array(BLOCK_ROWS * this.#rowBytes)
  }

  clear(): void {
    this.#books.clear()
  }

  /** @throws ERR_COMPUTE_RESULT unless these are all rows of the chunk */
  add(chunk: readonly SubjectToSeal[], sealed: Uint8Array): void {
    const rowCount = chunk.reduce((sum, { rows }) => sum + rows.length, 0)
    if (sealed.length !== rowCount * this.#rowBytes) {
      fail('ERR_COMPUTE_RESULT', `expected ${rowCount} rows, found ${sealed.length} bytes`)
    }
    this.#rows.set(sealed, this.#books.rowCount * this.#rowBytes)
    for (const { input, rows } of chunk) {
      for (const row of rows.keys()) this.#books.push(encodeBookRow({ input, row }))
    }
  }

  /** The rows in the order of their tags; a block holds until the next one. */
  *blocks(): Generator<RunBlock, void> {
    // The tag comes first.
    const order = Uint32Array.from({ length: this.#books.rowCount }, (_, i) => i).sort((a, b) =>
      compareBytes(this.#row(a), this.#row(b)),
    )
    for (let from = 0; from < order.length; from += BLOCK_ROWS) {
      const part = order.subarray(from, from + BLOCK_ROWS)
      for (const [i, row] of part.entries()) this.#block.set(this.#row(row), i * this.#rowBytes)
      const books = Array.from(part, row => this.#books.row(row))
      yield { rows: this.#block.subarray(0, part.length * this.#rowBytes), book: concat(...books) }
    }
  }

  #row(index: number): Uint8Array {
    return this.#rows.subarray(index * this.#rowBytes, (index + 1) * this.#rowBytes)
  }
}

/** Seals the subjects of one run, shared out over the pool. */
async function sealRun(
  pool: ComputePool,
  context: SealingContext,
  chunks: Generator<readonly SubjectToSeal[], void>,
  buffer: RunBuffer,
  progress: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  buffer.clear()
  let done = 0
  const sealChunks = async (): Promise<void> => {
    // All lanes walk one generator; a failure in one ends it for all.
    for (const chunk of chunks) {
      const input = encodeSealing(context, chunk)
      const sealing = pool.run(
        sealedTableTasks,
        'sealRowsTask',
        input,
        signal === undefined ? {} : { signal },
      )
      wipe(input)
      buffer.add(chunk, await sealing)
      progress((done += chunk.length))
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: 2 * pool.concurrency }, sealChunks))
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
}

interface Merge {
  readonly context: SealingContext
  readonly runs: number
  readonly rowCount: number
  readonly signal: AbortSignal | undefined
}

async function mergeInto(
  sinks: LargeTableSinks,
  store: RunStore,
  { context, runs, rowCount, signal }: Merge,
): Promise<Uint8Array> {
  const { suite, parameters } = context
  const rowBytes = sealedRowBytes(parameters, suite)
  const tree = new RunningRoot(suite)
  const waiting = new Uint8Array(BLOCK_ROWS * rowBytes)
  const books = new BookBuffer()
  let count = 0
  const flush = () => {
    const block = waiting.subarray(0, books.rowCount * rowBytes)
    // The last may be no complete subtree: as the last leaf of a tree it stands for the same root.
    tree.append(treeRoot(suite.hash, blockTree(suite, block, rowBytes), books.rowCount))
    sinks.table.write(block)
    sinks.book.write(books.bytes)
    books.clear()
  }
  sinks.table.write(encodeHeader(parameters, rowCount))
  for (const { row, book } of mergeRuns(store, runs, rowBytes)) {
    waiting.set(row, books.rowCount * rowBytes)
    books.push(book)
    count++
    if (books.rowCount < BLOCK_ROWS) continue
    flush()
    if (count % ROWS_IN_ONE_GO !== 0) continue
    signal?.throwIfAborted()
    await new Promise(resolve => setTimeout(resolve))
  }
  if (books.rowCount > 0) flush()
  if (count !== rowCount) {
    fail('ERR_INPUT_LENGTH', `expected ${rowCount} rows in the runs, found ${count}`)
  }
  return tree.root()
}

/** One walk over the entries, whoever takes them. */
function shared(entries: Iterable<TableEntry>): Iterable<TableEntry> {
  const iterator = entries[Symbol.iterator]()
  return { [Symbol.iterator]: () => iterator }
}

function skip(entries: Iterable<TableEntry>, count: number): void {
  const iterator = entries[Symbol.iterator]()
  for (let i = 0; i < count && iterator.next().done !== true; i++);
}
