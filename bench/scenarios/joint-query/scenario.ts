import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import {
  JOINT_QUERY_PROTOCOL,
  jointQueryParametersOf,
  openJointTotal,
  runJointClient,
} from '@mixun/ot/joint-query'
import { OT_EXTENSION_PROTOCOL, type ReceiverSetup, setUpOtReceiver } from '@mixun/ot/ot-extension'
import { SocketChannel } from '@mixun/ot/testing'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import { amountOf, type BenchFirm, type JointRun, makeFirms, makeQuery, openTo } from './consortium.ts'
import type { FirmsInput } from './firms.ts'
import type { TableFigures, TableInput } from './table.ts'

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
      measurements.push(...inSuite(suite, await timeTable(suite, settings.tableSubjects)))
    }
    return {
      measurements,
      sides: { [OWN_SIDE]: 'this repository, @mixun/ot/joint-query and @mixun/ot/joint-table' },
      notes: [
        'The inquirer is one process and all firms are another, over plain TCP on loopback, one connection a session;',
        'all sessions of a query run at once, from their hellos to the opened total, shares in a frame after the session.',
        'Ledger and intent are not in it. Setups (base OTs) are made ahead, once a pair of firms.',
        'A table is made once, in a process of its own: evaluations on two threads, then masking and encoding on one.',
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

async function timeTable(suite: SuiteId, subjects: number): Promise<Measurement[]> {
  const input: TableInput = { suite, subjects }
  const figures = (await runWorker(join(import.meta.dirname, 'table.ts'), input)) as TableFigures
  const { evaluateMs, encodeMs, cpuMs, peakMiB, bytes } = figures
  const group = `a joint table of ${subjects.toLocaleString('en-US')} subjects`
  return [
    measurement(group, 'evaluations, two threads', 'ms', [evaluateMs]),
    measurement(group, 'masking and encoding, one thread', 'ms', [encodeMs]),
    measurement(group, 'both', 'ms', [evaluateMs + encodeMs]),
    measurement(group, 'CPU time of all threads', 'ms', [cpuMs]),
    measurement(group, 'memory of the process, largest', 'MiB', [peakMiB]),
    measurement(group, 'size', 'bytes', [bytes]),
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
