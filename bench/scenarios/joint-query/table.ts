// The joint table of one book in a process of its own: evaluations on two threads, then masking and encoding.
import { utf8 } from '@mixun/core/bytes'
import { threadPool } from '@mixun/core/compute/threads'
import { systemRandom } from '@mixun/core/random'
import { suiteById, type SuiteId } from '@mixun/core/suite'
import { jointQueryParametersOf } from '@mixun/ot/joint-query'
import {
  buildJointTable,
  encodeJointTable,
  evaluateSubjectsInPool,
  jointTableTasks,
} from '@mixun/ot/joint-table'
import { generateKeyPair } from '@mixun/ot/oprf'
import { workerInput, workerOutput } from '../../harness/worker.ts'

export interface TableInput {
  readonly suite: SuiteId
  readonly subjects: number
}

/** What a joint table takes. */
export interface TableFigures {
  readonly evaluateMs: number
  readonly encodeMs: number
  /** CPU time of all threads, ms. */
  readonly cpuMs: number
  /** Largest resident memory of the process, MiB. */
  readonly peakMiB: number
  /** As it is downloaded. */
  readonly bytes: number
}

const { suite, subjects } = workerInput<TableInput>()
const { oprf } = jointQueryParametersOf(suite)
const key = generateKeyPair(oprf, systemRandom)
const inputs = Array.from({ length: subjects }, (_, i) => utf8(`subject ${i}`))
const cpu = process.cpuUsage()
const begin = performance.now()
await using pool = threadPool({ modules: [jointTableTasks], threads: 2 })
const outputs = await evaluateSubjectsInPool(pool, oprf, key, inputs)
const evaluated = performance.now()
const { store } = buildJointTable({
  id: { provider: 'cinda', dataset: 'overdue-fen', version: 1 },
  suite: suiteById(suite),
  oprf,
  key,
  entries: outputs.map((output, i) => ({ output, amount: BigInt(i) })),
  random: systemRandom,
})
const encodeMs = performance.now() - evaluated
const { user, system } = process.cpuUsage(cpu)
const figures: TableFigures = {
  evaluateMs: evaluated - begin,
  encodeMs,
  cpuMs: (user + system) / 1_000,
  peakMiB: process.resourceUsage().maxRSS / 1_024,
  bytes: encodeJointTable(store).length,
}
workerOutput(figures)
