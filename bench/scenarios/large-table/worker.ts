import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { holdYoungGeneration, threadPool } from '@mixun/core/compute/threads'
import { systemRandom as random } from '@mixun/core/random'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import { generateKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import {
  buildLargeTable,
  buildTableInPool,
  sealedTableParametersById,
  sealedTableTasks,
  type SubjectChange,
  type TableEntry,
} from '@mixun/ot/sealed-table'
import { BookFile, BookWriter, FileRuns, TableFile } from '@mixun/ot/table-files'
import { Vault } from '@mixun/sdk/store'
import { onExit } from '../../harness/clean-up.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { type DeltaOutcome, makeDeltas } from './deltas.ts'

/** One build in a process of its own, so that its peak memory is its own. */
export interface LargeTableInput {
  readonly suite: SuiteId
  readonly rows: number
  readonly how: 'runs' | 'memory'
  /** Deltas of the table that was built in runs. */
  readonly deltas: number
}

export interface LargeTableOutput {
  readonly buildMs: number
  readonly baseRssBytes: number
  readonly peakRssBytes: number
  readonly tableBytes: number
  /** Null without deltas. */
  readonly deltas: DeltaOutcome | null
}

const PAYLOAD_BYTES = 64

const { suite: suiteId, rows, how, deltas } = workerInput<LargeTableInput>()
const suite = suiteById(suiteId)
const oprf = oprfSuiteOf(suiteId)
const key = generateKeyPair(oprf, random)
const payload = new Uint8Array(PAYLOAD_BYTES).fill(1)
const inputOf = (i: number) => utf8(`one-code:${String(i).padStart(12, '0')}`)

/** Made one at a time, as a cursor over records would. */
function* entries(): Generator<TableEntry> {
  for (let i = 0; i < rows; i++) yield { input: inputOf(i), payloads: [payload] }
}

const folder = mkdtempSync(join(tmpdir(), 'mixun-bench-table-'))
onExit(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'b.table')
const shared = {
  id: { provider: 'provider', class: 'B', epoch: 1 },
  suite,
  oprf,
  parameters: sealedTableParametersById('sealedtable_r512_c2'),
  key,
  random,
}
const baseRssBytes = process.memoryUsage.rss()
// As `mixun publish` does.
using _held = holdYoungGeneration()
const pool = threadPool({ modules: [sealedTableTasks], threads: 2, idleMs: 500 })
const startedAt = performance.now()
workerOutput(how === 'runs' ? await onDisk() : await inMemory())
await pool.close()
rmSync(folder, { recursive: true, force: true })

async function onDisk(): Promise<LargeTableOutput> {
  const vault = new Vault(suite, random.bytes(32))
  const seal = (place: string, bytes: Uint8Array) => vault.seal(place, bytes)
  const open = (place: string, bytes: Uint8Array) => vault.open(place, bytes)
  const bookFile = join(folder, 'book.sealed')
  const runs = new FileRuns({ folder: join(folder, 'runs'), seal, open })
  using table = new TableFile(file)
  using book = new BookWriter(bookFile, seal)
  const commitment = await buildLargeTable(pool, { ...shared, entries }, runs, { table, book })
  book.commit()
  table.commit()
  runs.clear()
  const measured = outcome(statSync(file).size)
  if (deltas === 0) return measured
  await pool.close()
  const built = { file, commitment, book: new BookFile(bookFile, open), key, random }
  const made = await makeDeltas(built, Array.from({ length: deltas }, changesOf), inputOf(rows))
  if (made.deferred > 0 && rows >= 25_600) throw new Error(`${made.deferred} changes were left`)
  return { ...measured, deltas: made }
}

/** As many new subjects and as many changed ones as one delta takes: 25 and 75 in a large table. */
function changesOf(_: unknown, n: number): SubjectChange[] {
  return Array.from({ length: 100 }, (_, i) => {
    const input = i < 25 ? inputOf(rows + 25 * n + i) : inputOf((75 * n + i) % rows)
    return { input, payloads: [random.bytes(PAYLOAD_BYTES)] }
  })
}

async function inMemory(): Promise<LargeTableOutput> {
  const built = await buildTableInPool(pool, { ...shared, entries: [...entries()] })
  return outcome(built.table.encode().length)
}

function outcome(tableBytes: number): LargeTableOutput {
  return {
    buildMs: performance.now() - startedAt,
    baseRssBytes,
    // Linux gives the peak in KiB.
    peakRssBytes: process.resourceUsage().maxRSS * 1_024,
    tableBytes,
    deltas: null,
  }
}
