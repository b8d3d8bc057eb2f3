import { utf8 } from '@mixun/core/bytes'
import { threadPool } from '@mixun/core/compute/threads'
import { systemRandom } from '@mixun/core/random'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import { evaluateInput, generateKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import {
  type BuiltTable,
  buildTable,
  buildTableInPool,
  openSubject,
  SealedTable,
  sealedTableParametersById,
  sealedTableTasks,
  verifyNone,
  verifyRow,
} from '@mixun/ot/sealed-table'
import { workerInput, workerOutput } from '../../harness/worker.ts'

/** A table of `rows` subjects with one row each, of a size class, so that there are no dummies. */
export interface TableBuildInput {
  readonly suite: SuiteId
  readonly rows: number
  readonly builds: number
  readonly lookups: number
}

/** Samples of one size, times in milliseconds. */
export interface TableBuildOutput {
  /** On one thread. */
  readonly buildMs: readonly number[]
  /** On two threads that were started before. */
  readonly buildOnTwoMs: readonly number[]
  readonly encodeMs: readonly number[]
  readonly decodeMs: readonly number[]
  readonly openPresentMs: readonly number[]
  readonly openAbsentMs: readonly number[]
  readonly verifyRowMs: readonly number[]
  readonly verifyNoneMs: readonly number[]
  readonly tableBytes: number
  /** Before the first build, with everything loaded. */
  readonly baseRssBytes: number
  readonly peakRssBytes: number
}

/** Bytes of one made record: what a typical record takes when packed. */
const PAYLOAD_BYTES = 64

const { suite: suiteId, rows, builds, lookups } = workerInput<TableBuildInput>()
const suite = suiteById(suiteId)
const oprf = oprfSuiteOf(suiteId)
const inputs = Array.from({ length: rows }, (_, i) => utf8(`one-code:${String(i).padStart(12, '0')}`))
const entries = inputs.map(input => ({ input, payloads: [systemRandom.bytes(PAYLOAD_BYTES)] }))
const key = generateKeyPair(oprf, systemRandom)
const baseRssBytes = process.memoryUsage.rss()

const timed = <T>(samples: number[], action: () => T): T => {
  const start = performance.now()
  const result = action()
  samples.push(performance.now() - start)
  return result
}

const options = {
  id: { provider: 'provider', class: 'B', epoch: 1 },
  suite,
  oprf,
  parameters: sealedTableParametersById('sealedtable_r512_c2'),
  key,
  entries,
  random: systemRandom,
}
const buildMs: number[] = []
const buildOnTwoMs: number[] = []
let built: BuiltTable | undefined
const pool = threadPool({ modules: [sealedTableTasks], threads: 2 })
// Starts the threads.
await buildTableInPool(pool, { ...options, entries: entries.slice(0, 256) })
for (let i = 0; i < builds; i++) {
  built = timed(buildMs, () => buildTable(options))
  const start = performance.now()
  await buildTableInPool(pool, options)
  buildOnTwoMs.push(performance.now() - start)
}
await pool.close()
if (built === undefined) throw new Error('expected at least one build')
const { table, commitment } = built
if (table.rowCount !== rows) throw new Error(`${rows} rows is no size class: the table has ${table.rowCount}`)

const samples = {
  encodeMs: [] as number[],
  decodeMs: [] as number[],
  openPresentMs: [] as number[],
  openAbsentMs: [] as number[],
  verifyRowMs: [] as number[],
  verifyNoneMs: [] as number[],
}
let encoded = table.encode()
for (let i = 0; i < lookups; i++) {
  encoded = timed(samples.encodeMs, () => table.encode())
  timed(samples.decodeMs, () => SealedTable.decode(encoded, commitment))
  const subjects = [
    inputs[(i * 7) % rows] as Uint8Array,
    utf8(`one-code:${String(rows + i).padStart(12, '9')}`),
  ]
  for (const [which, input] of subjects.entries()) {
    const output = evaluateInput(oprf, 'voprf', key.secretKey, input)
    const times = which === 0 ? samples.openPresentMs : samples.openAbsentMs
    const { payloads, evidence } = timed(times, () => openSubject(table, { suite, commitment, output }))
    if (payloads.length !== 1 - which) throw new Error(`expected ${1 - which} payloads`)
    for (const piece of evidence) {
      if (piece.kind === 'row') timed(samples.verifyRowMs, () => verifyRow(commitment, suite, piece))
      else timed(samples.verifyNoneMs, () => verifyNone(commitment, suite, piece, piece.tag))
    }
  }
}

// Linux gives the peak in KiB.
const peakRssBytes = process.resourceUsage().maxRSS * 1_024
const result: TableBuildOutput = {
  buildMs,
  buildOnTwoMs,
  ...samples,
  tableBytes: encoded.length,
  baseRssBytes,
  peakRssBytes,
}
workerOutput(result)
