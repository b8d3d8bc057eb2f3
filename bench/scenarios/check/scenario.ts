import type { SuiteId } from '@mixun/core/suite'
import { ASSOCIATION, BenchConsortium } from '../../harness/consortium/consortium.ts'
import { ByteRelay } from '../../harness/byte-relay.ts'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import type { InquirerInput, InquirerOutput } from './messages.ts'
import { INQUIRER, PROVIDERS, redirect, startParties, subjectsToAsk } from './parties.ts'
import { measurePhases, measureTraffic } from './traffic.ts'

const IDLE_MS = 5_000
/** Checks of processes that have just started, whose code is not compiled yet. */
const STARTING = 50

/** The main job from end to end: one inquirer asks an association and three other firms, all real processes. */
export const check = scenario({
  name: 'check',
  summary: 'one inquiry at all parties: latency, bytes, CPU and memory; real daemons over mTLS on loopback',
  settings: {
    subjects: { text: 'subjects with records at each firm', standard: 1_000, quick: 50 },
    checks: { text: 'measured checks, one after the other', standard: 50, quick: 2 },
    relayed: { text: 'checks through byte-counting relays', standard: 25, quick: 2 },
    warmups: { text: 'checks before the measured ones', standard: 150, quick: 2 },
  },
  isBySuite: true,
  async run({ settings, suites, progress }) {
    const measurements: Measurement[] = []
    let tablesAsked = 0
    for (const suite of suites) {
      const tell = (text: string) => progress(`suite ${suite}: ${text}`)
      const measured = await measureChecks(suite, settings, tell)
      measurements.push(...inSuite(suite, measured.measurements))
      tablesAsked = measured.tablesAsked
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]:
          'this repository: @mixun/sdk in the inquirer, mixun serve in the association and four firms',
      },
      notes: [
        `Each check asks ${tablesAsked} tables: class B and C of three firms and class A of the association.`,
        'Unless it says the first ones, a check is one of processes that have answered some.',
        'Every answer was compared with the made records; half of the subjects have some.',
        'All processes share the cores of one machine; there is no network profile yet, only loopback.',
        'CPU of a check is what a process used above its idle rate; the kernel counts it in ticks.',
        'Phases and bytes on sockets come from a second run through TCP relays, which add to its latency.',
        "Class A is asked at the association: its bytes are the association's, and its time may reach past phase 2.",
      ],
    }
  },
})

interface CheckSettings {
  readonly subjects: number
  readonly checks: number
  readonly relayed: number
  readonly warmups: number
}

/** One consortium of real processes, asked directly and then through relays. */
async function measureChecks(
  suite: SuiteId,
  { subjects, checks, relayed, warmups }: CheckSettings,
  progress: (text: string) => void,
): Promise<{ measurements: Measurement[]; tablesAsked: number }> {
  await using consortium = new BenchConsortium(suite)
  progress(`setting up an association and four firms, ${subjects} subjects each`)
  await startParties(consortium, subjects)

  const ask = async (count: number, skip: number, isProbing: boolean) => {
    const watched = [...consortium.daemons].map(([party, { pid }]) => [party, pid])
    const input: InquirerInput = {
      home: consortium.home(INQUIRER),
      subjects: subjectsToAsk(count + warmups, skip, subjects),
      warmups,
      watched: Object.fromEntries(watched) as Record<string, number>,
      idleMs: isProbing ? IDLE_MS : 0,
      isProbing,
    }
    const worker = new URL('inquirer.ts', import.meta.url).pathname
    return (await runWorker(worker, input)) as InquirerOutput
  }
  progress(`${checks} checks`)
  const direct = await ask(checks, 0, true)

  progress(`${relayed} checks through relays`)
  await using relays = await startRelays(consortium)
  await redirect(consortium, party => `127.0.0.1:${relays.get(party).port}`)
  const counted = await ask(relayed, checks + warmups, false)
  const traffic = {
    firms: PROVIDERS.flatMap(party => relays.get(party).events()).toSorted((a, b) => a.at - b.at),
    association: relays.get(ASSOCIATION).events(),
  }
  return {
    measurements: [
      ...latencies(direct),
      ...measurePhases(counted.checks, traffic),
      ...evaluations(direct),
      ...measureTraffic(counted.checks, traffic),
      ...usage(direct),
    ],
    tablesAsked: direct.tablesAsked,
  }
}

async function startRelays(consortium: BenchConsortium) {
  const relays = new Map<string, ByteRelay>()
  for (const party of [ASSOCIATION, ...PROVIDERS]) {
    const port = Number(consortium.address(party).split(':')[1])
    relays.set(party, await ByteRelay.start(port))
  }
  return {
    get: (party: string) => relays.get(party) as ByteRelay,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...relays.values()].map(relay => relay.close()))
    },
  }
}

function latencies({ checks, warmups, consentMs, firstCheckMs, openMs }: InquirerOutput): Measurement[] {
  const ms = (each: InquirerOutput['checks']) => each.map(({ startedAt, endedAt }) => endedAt - startedAt)
  const group = 'latency at the inquirer'
  return [
    measurement(group, 'open the home, sync its mirror', 'ms', [openMs]),
    measurement(group, 'register a consent', 'ms', consentMs),
    measurement(group, 'first check, with download of all tables', 'ms', [firstCheckMs]),
    measurement(group, `check, the first ${STARTING}`, 'ms', ms(warmups.slice(0, STARTING))),
    measurement(group, 'check', 'ms', ms(checks)),
  ]
}

/** One evaluation alone: one session with one party at a time. */
function evaluations({ probed }: InquirerOutput): Measurement[] {
  const group = 'one evaluation, one party at a time (session payload with hello, receipts and checkpoints)'
  return [
    measurement(
      group,
      'time',
      'ms',
      probed.map(({ ms }) => ms),
    ),
    measurement(
      group,
      'sent',
      'bytes',
      probed.map(({ sentBytes }) => sentBytes),
    ),
    measurement(
      group,
      'received',
      'bytes',
      probed.map(({ receivedBytes }) => receivedBytes),
    ),
    measurement(
      group,
      'sent',
      'frames',
      probed.map(({ sentFrames }) => sentFrames),
    ),
    measurement(
      group,
      'received',
      'frames',
      probed.map(({ receivedFrames }) => receivedFrames),
    ),
  ]
}

function usage({ usage: parties, checks }: InquirerOutput): Measurement[] {
  const [first, last] = [checks[0], checks.at(-1)]
  const seriesMs = (last?.endedAt ?? 0) - (first?.startedAt ?? 0)
  const roles = {
    'the inquirer process': ['inquirer'],
    'one provider firm': PROVIDERS,
    'the association': [ASSOCIATION],
    "the inquirer's daemon": [INQUIRER],
  }
  return Object.entries(roles).flatMap(([role, names]) => {
    const all = names.flatMap(name => parties[name] ?? [])
    const perCheck = all.map(({ cpuMs, idleCpuMs }) => {
      return (cpuMs - (idleCpuMs * seriesMs) / IDLE_MS) / checks.length
    })
    const idle = all.map(({ idleCpuMs }) => (idleCpuMs * 1_000) / IDLE_MS)
    return [
      measurement('CPU of one check', role, 'ms', perCheck),
      measurement('CPU of an idle second', role, 'ms', idle),
      measurement(
        'memory',
        role,
        'MiB',
        all.map(({ memoryMiB }) => memoryMiB),
      ),
      measurement(
        'memory, peak',
        role,
        'MiB',
        all.map(({ peakMemoryMiB }) => peakMemoryMiB),
      ),
    ]
  })
}
