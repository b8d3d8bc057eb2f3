import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { threadPool } from '@mixun/core/compute/threads'
import { systemRandom as random } from '@mixun/core/random'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import { evaluateInput, generateKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import {
  buildLargeTable,
  buildTableInPool,
  encodeDelta,
  makeDelta,
  openSubject,
  SealedTable,
  sealedTableParametersById,
  sealedTableTasks,
  type TableEntry,
} from '@mixun/ot/sealed-table'
import { FileRuns, TableFile } from '@mixun/ot/table-files'
import { Vault } from '@mixun/sdk/store'
import { onExit } from '../../harness/clean-up.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'

/** One build in a process of its own, so that its peak memory is its own. */
export interface LargeTableInput {
  readonly suite: SuiteId
  readonly rows: number
  /** How: in runs on disk, in memory, or in memory with deltas to follow. */
  readonly how: 'runs' | 'memory' | 'deltas'
  readonly deltas: number
}

export interface LargeTableOutput {
  readonly buildMs: number
  readonly baseRssBytes: number
  readonly peakRssBytes: number
  readonly tableBytes: number
  readonly deltaMs: readonly number[]
  readonly deltaBytes: readonly number[]
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
const pool = threadPool({ modules: [sealedTableTasks], threads: 2, idleMs: 500 })
const startedAt = performance.now()
workerOutput(how === 'runs' ? await onDisk() : await inMemory())
await pool.close()
rmSync(folder, { recursive: true, force: true })

async function onDisk(): Promise<LargeTableOutput> {
  const vault = new Vault(suite, random.bytes(32))
  const runs = new FileRuns({
    folder: join(folder, 'runs'),
    seal: (place, bytes) => vault.seal(place, bytes),
    open: (place, bytes) => vault.open(place, bytes),
  })
  using sink = new TableFile(file)
  await buildLargeTable(pool, { ...shared, entries }, runs, sink)
  sink.commit()
  runs.clear()
  return outcome(statSync(file).size)
}

async function inMemory(): Promise<LargeTableOutput> {
  const built = await buildTableInPool(pool, { ...shared, entries: [...entries()] })
  const { length } = built.table.encode()
  const measured = outcome(length)
  if (how !== 'deltas') return measured
  const deltaMs: number[] = []
  const deltaBytes: number[] = []
  let { table, commitment, book } = built
  for (let n = 0; n < deltas; n++) {
    // As many new subjects and as many changed ones as one delta takes: 25 and 75 in a large table.
    const changes = Array.from({ length: 100 }, (_, i) => {
      const input = i < 25 ? inputOf(rows + 25 * n + i) : inputOf(75 * n + i)
      return { input, payloads: [random.bytes(PAYLOAD_BYTES)] }
    })
    const from = performance.now()
    const made = makeDelta({ table, commitment, book, key, changes, random })
    const encoded = encodeDelta(made.delta)
    deltaMs.push(performance.now() - from)
    deltaBytes.push(encoded.length)
    if (made.deferred.length > 0 && rows >= 25_600)
      throw new Error(`${made.deferred.length} changes were left`)
    ;({ table, commitment, book } = made)
  }
  const output = evaluateInput(oprf, 'voprf', key.secretKey, inputOf(rows))
  const found = openSubject(table, { suite, commitment, output }).payloads.length
  if (deltas > 0 && found !== 1) throw new Error('expected the inserted subject')
  SealedTable.decode(table.encode(), commitment)
  return { ...measured, deltaMs, deltaBytes }
}

function outcome(tableBytes: number): LargeTableOutput {
  return {
    buildMs: performance.now() - startedAt,
    baseRssBytes,
    // Linux gives the peak in KiB.
    peakRssBytes: process.resourceUsage().maxRSS * 1_024,
    tableBytes,
    deltaMs: [],
    deltaBytes: [],
  }
}
