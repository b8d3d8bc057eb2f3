import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { threadPool } from '@mixun/core/compute/threads'
import { systemRandom } from '@mixun/core/random'
import { suiteById, type SuiteId } from '@mixun/core/suite'
import {
  JOINT_QUERY_PROTOCOL,
  jointQueryParametersOf,
  openJointTotal,
  runJointClient,
} from '@mixun/ot/joint-query'
import {
  buildJointTable,
  encodeJointTable,
  evaluateSubjectsInPool,
  jointTableTasks,
} from '@mixun/ot/joint-table'
import { generateKeyPair } from '@mixun/ot/oprf'
import { OT_EXTENSION_PROTOCOL, type ReceiverSetup, setUpOtReceiver } from '@mixun/ot/ot-extension'
import { SocketChannel } from '@mixun/ot/testing'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import { amountOf, type BenchFirm, type JointRun, makeFirms, makeQuery, openTo } from './consortium.ts'
import type { FirmsInput } from './firms.ts'

/** One total over many firms: time and bytes online, and what a table costs before. */
export const jointQuery = scenario({
  name: 'joint-query',
  summary:
    'one total over 10 and 100 firms that hides who contributed: time and bytes; building a joint table',
  isBySuite: true,
  settings: {
    subjects: { text: 'subjects of each of 10 books', standard: 100_000, quick: 200 },
    manyFirms: { text: 'firms of the large query', standard: 100, quick: 5 },
    queries: { text: 'queries of each run, after one that warms up', standard: 15, quick: 1 },
    tableSubjects: { text: 'subjects of the large table', standard: 1_000_000, quick: 500 },
    evaluations: { text: 'subjects evaluated to know the rate', standard: 40_000, quick: 300 },
  },
  async run({ settings, suites, progress }) {
    const measurements: Measurement[] = []
    for (const suite of suites) {
      const { subjects, manyFirms, queries } = settings
      for (const run of [
        { suite, firms: 10, subjects },
        { suite, firms: manyFirms, subjects: 200 },
      ]) {
        progress(`suite ${suite}: ${run.firms} firms of ${run.subjects} subjects`)
        measurements.push(...inSuite(suite, await timeQueries(run, queries)))
      }
      progress(`suite ${suite}: a joint table of ${settings.tableSubjects} subjects`)
      const table = await timeTable(suite, settings.tableSubjects, settings.evaluations)
      measurements.push(...inSuite(suite, table))
    }
    return {
      measurements,
      sides: { [OWN_SIDE]: 'this repository, @mixun/ot/joint-query and @mixun/ot/joint-table' },
      notes: [
        'The inquirer is one process and all firms are another, over plain TCP on loopback, one connection a session;',
        'all sessions of a query run at once, from their hellos to the opened total, shares in a frame after the session.',
        'Ledger and intent are not in it. Setups (base OTs) are made ahead, once a pair of firms.',
        'A table is timed by its parts: evaluations at the measured rate on two threads, then encoding on one.',
        'Nothing comparable exists.',
      ],
    }
  },
})

async function timeQueries(run: JointRun, queries: number): Promise<Measurement[]> {
  const servers = await Promise.all(Array.from({ length: run.firms }, listen))
  const ports = servers.map(server => (server.address() as { port: number }).port)
  const input: FirmsInput = { ...run, ports, queries: queries + 1 }
  const answering = runWorker(join(import.meta.dirname, 'firms.ts'), input)
  const firms = makeFirms(run)
  const { id, extension } = jointQueryParametersOf(run.suite)
  const sockets = servers.map(server => incoming(server))
  const start = performance.now()
  const setups = await Promise.all(
    firms.map(async ({ party }, i) => {
      const channel = new SocketChannel(await (sockets[i] as () => Promise<Socket>)())
      return setUpOtReceiver(await openTo(run.suite, channel, party, OT_EXTENSION_PROTOCOL, extension.id))
    }),
  )
  const setupMs = performance.now() - start
  const [queryMs, cpuMs, up, down]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let n = 0; n <= queries; n++) {
    const channels = await Promise.all(sockets.map(async next => new SocketChannel(await next())))
    const asked = makeQuery(run, firms, n)
    const cpu = process.cpuUsage()
    const start = performance.now()
    const answers = await Promise.all(
      firms.map((firm, i) =>
        ask(run, firm, channels[i] as SocketChannel, asked, setups[i] as ReceiverSetup, id),
      ),
    )
    const shares = new Map(answers.map(({ provider, share }) => [provider, share]))
    const total = openJointTotal(asked.query.statement, answers, shares)
    const elapsed = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    const expected = firms.reduce((sum, _, i) => sum + (amountOf(i) ?? 0n), 0n)
    if (total !== expected) throw new Error('expected the total of all books')
    if (n === 0) continue
    queryMs.push(elapsed)
    cpuMs.push((user + system) / 1_000)
    up.push(...answers.map(({ sent }) => sent))
    down.push(...answers.map(({ received }) => received))
  }
  for (const server of servers) server.close()
  const { cpuMs: firmsCpuMs } = (await answering) as { cpuMs: number }
  const group = `${run.firms} firms of ${run.subjects.toLocaleString('en-US')} subjects`
  return [
    measurement(group, 'query, from hellos to the total', 'ms', queryMs),
    measurement(group, 'CPU time of the inquirer', 'ms', cpuMs),
    measurement(group, 'CPU time of a firm a query, setup shared out', 'ms', [
      firmsCpuMs / (queries + 1) / run.firms,
    ]),
    measurement(group, 'to a firm, payload', 'bytes', up),
    measurement(group, 'from a firm, payload', 'bytes', down),
    measurement(group, 'setups ahead, shared out over the firms', 'ms', [setupMs / run.firms]),
  ]
}

async function ask(
  { suite }: JointRun,
  { party, table }: BenchFirm,
  channel: SocketChannel,
  { query, secrets }: ReturnType<typeof makeQuery>,
  setup: ReceiverSetup,
  parameters: string,
) {
  const session = await openTo(suite, channel, party, JOINT_QUERY_PROTOCOL, parameters)
  const { provider, value } = await runJointClient(session, { query, secrets, table, setup })
  const share = await session.receive()
  const { sentBytes: sent, receivedBytes: received } = session.counters
  return { provider, value, share, sent, received }
}

async function timeTable(suite: SuiteId, subjects: number, evaluations: number): Promise<Measurement[]> {
  const { oprf } = jointQueryParametersOf(suite)
  const key = generateKeyPair(oprf, systemRandom)
  await using pool = threadPool({ modules: [jointTableTasks], threads: 2 })
  const inputs = Array.from({ length: evaluations }, (_, i) => utf8(`subject ${i}`))
  await evaluateSubjectsInPool(pool, oprf, key, inputs.slice(0, 1_024))
  const begin = performance.now()
  await evaluateSubjectsInPool(pool, oprf, key, inputs)
  const evaluateMs = ((performance.now() - begin) * subjects) / evaluations
  const entries = Array.from({ length: subjects }, () => ({ output: systemRandom.bytes(32), amount: 5n }))
  const start = performance.now()
  const { store } = buildJointTable({
    id: { provider: 'cinda', dataset: 'overdue-fen', version: 1 },
    suite: suiteById(suite),
    oprf,
    key,
    entries,
    random: systemRandom,
  })
  const encodeMs = performance.now() - start
  const group = `a joint table of ${subjects.toLocaleString('en-US')} subjects`
  return [
    measurement(group, 'evaluations, two threads, by their rate', 'ms', [evaluateMs]),
    measurement(group, 'masking and encoding, one thread', 'ms', [encodeMs]),
    measurement(group, 'both', 'ms', [evaluateMs + encodeMs]),
    measurement(group, 'size', 'MiB', [encodeJointTable(store).length / 2 ** 20]),
  ]
}

async function listen(): Promise<Server> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

/** The connections of a server, one a call, none lost. */
function incoming(server: Server): () => Promise<Socket> {
  const waiting: Socket[] = []
  server.on('connection', socket => waiting.push(socket))
  return async () => {
    while (waiting.length === 0) await once(server, 'connection')
    return waiting.shift() as Socket
  }
}
