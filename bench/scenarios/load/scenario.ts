import { seededRandom } from '@mixun/core/testing'
import type { SuiteId } from '@mixun/core/suite'
import { Consortium } from '@mixun/sdk/consortium'
import { ByteRelay, type RelayEvent } from '../../harness/byte-relay.ts'
import { BenchConsortium } from '../../harness/consortium/consortium.ts'
import { madeExport } from '../../harness/consortium/made-records.ts'
import { openHome } from '../../harness/consortium/passphrase.ts'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import type { CountedCheck, LoadInput, LoadOutput } from './messages.ts'

const INQUIRER = 'jia'
const PROVIDER = 'yi'
const LOADS = [0.5, 0.8, 0.95]

/** One provider under load: checks of one table of one firm, from an inquirer in a process of its own. */
export const load = scenario({
  name: 'load',
  summary:
    'one provider: bytes and CPU of a check, checks a second, open-loop latency, memory under a long load',
  settings: {
    subjects: { text: 'subjects with records', standard: 1_000, quick: 20 },
    counted: { text: 'checks whose bytes are counted', standard: 50, quick: 3 },
    cpuBatch: { text: 'checks of one CPU sample', standard: 100, quick: 5 },
    cpuBatches: { text: 'CPU samples', standard: 9, quick: 1 },
    lanes: { text: 'sessions at once at saturation', standard: 16, quick: 2 },
    phaseMs: { text: 'length of each phase, in milliseconds', standard: 10_000, quick: 300 },
    soakMs: {
      text: 'length of the soak, at half the rate kept up with intents, in milliseconds',
      standard: 180_000,
      quick: 500,
    },
  },
  isBySuite: true,
  async run({ settings, suites, progress }) {
    const measurements: Measurement[] = []
    for (const suite of suites) {
      progress(`suite ${suite}: setting up an association and two firms`)
      measurements.push(...inSuite(suite, await measureLoad(suite, settings, progress)))
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]: 'this repository: mixun serve in association and firms, the protocol in the inquirer',
      },
      notes: [
        'A check is one session of one table: hello with the receipt of a recorded intent, request, evaluation, proofs.',
        'Arrivals are Poisson and wait for nobody; a latency counts from the moment the arrival was due.',
        'Inquirer, association and provider share the cores of one machine: alone, a provider answers more.',
        'CPU is above the idle rate of the daemon, in ticks of the kernel; with the mirror means that the provider also fetched and verified the intent of each check. Outcomes are not appended.',
        'Socket bytes are those of TLS, HTTP/2 and gRPC on an open connection, without TCP and IP.',
      ],
    }
  },
})

type LoadSettings = Readonly<
  Record<'subjects' | 'counted' | 'cpuBatch' | 'cpuBatches' | 'lanes' | 'phaseMs' | 'soakMs', number>
>

async function measureLoad(
  suite: SuiteId,
  settings: LoadSettings,
  progress: (text: string) => void,
): Promise<Measurement[]> {
  await using consortium = new BenchConsortium(suite)
  await consortium.found()
  await consortium.join(PROVIDER, madeExport('BC', 0, settings.subjects, seededRandom('load')))
  await consortium.join(INQUIRER)
  const { cpuBatch, cpuBatches, lanes, phaseMs, soakMs } = settings
  const ask = async (counted: number) => {
    const input: LoadInput = {
      home: consortium.home(INQUIRER),
      provider: PROVIDER,
      providerPid: consortium.daemons.get(PROVIDER)?.pid as number,
      counted,
      cpuBatch,
      cpuBatches,
      lanes,
      phaseMs,
      soakMs,
      loads: LOADS,
    }
    return (await runWorker(new URL('inquirer.ts', import.meta.url).pathname, input)) as LoadOutput
  }
  progress(`suite ${suite}: load`)
  const loaded = await ask(0)
  progress(`suite ${suite}: bytes`)
  await using relay = await ByteRelay.start(Number(consortium.address(PROVIDER).split(':')[1]))
  const member = Consortium.open(openHome(consortium.home(PROVIDER)))
  await member.append('member-address', { partyId: PROVIDER, address: `127.0.0.1:${relay.port}` })
  await member.close()
  const { counted } = await ask(settings.counted)
  return [...bytesOf(counted, relay.events()), ...underLoad(loaded)]
}

function bytesOf(counted: readonly CountedCheck[], events: readonly RelayEvent[]): Measurement[] {
  const group = 'one check, one firm, one class, on an open connection'
  const onSocket = (direction?: RelayEvent['direction']) =>
    counted.map(({ startedAt }, i) => {
      const until = counted[i + 1]?.startedAt ?? Number.POSITIVE_INFINITY
      return events
        .filter(({ at }) => at >= startedAt && at < until)
        .filter(event => direction === undefined || event.direction === direction)
        .reduce((sum, { bytes }) => sum + bytes, 0)
    })
  const payload = (of: (check: CountedCheck) => number) => counted.map(of)
  return [
    measurement(
      group,
      'session payload, both ways',
      'bytes',
      payload(each => each.sentBytes + each.receivedBytes),
    ),
    measurement(
      group,
      'session payload, sent',
      'bytes',
      payload(({ sentBytes }) => sentBytes),
    ),
    measurement(
      group,
      'session payload, received',
      'bytes',
      payload(({ receivedBytes }) => receivedBytes),
    ),
    measurement(group, 'on the socket, both ways', 'bytes', onSocket()),
    measurement(group, 'on the socket, sent', 'bytes', onSocket('to-server')),
    measurement(group, 'on the socket, received', 'bytes', onSocket('to-client')),
    measurement(
      group,
      'time',
      'ms',
      payload(({ startedAt, endedAt }) => endedAt - startedAt),
    ),
  ]
}

function underLoad({
  evaluationCpu,
  atOnceCpu,
  wholeCpu,
  saturation,
  sustained,
  openLoops,
  soak,
  soakMemory,
  soakFailures,
}: LoadOutput): Measurement[] {
  const cpu = 'CPU of the provider, one check'
  const measured = [
    measurement(cpu, 'evaluation', 'ms', evaluationCpu),
    measurement(cpu, 'evaluation, of many at once', 'ms', atOnceCpu),
    measurement(cpu, 'evaluation, with its mirror', 'ms', wholeCpu),
    measurement('at saturation', 'checks', 'checks/s', saturation),
    measurement('at saturation', 'checks, each with its intent', 'checks/s', sustained),
  ]
  for (const { load: part, rate, latencies } of openLoops) {
    const group = `open loop, ${Math.round(100 * part)} % of saturation`
    measured.push(
      measurement(group, 'arrivals', 'checks/s', [rate]),
      measurement(group, 'check', 'ms', latencies),
    )
  }
  if (soak === null) return measured
  const tenth = Math.max(1, Math.floor(soakMemory.length / 10))
  const group = 'soak at half of what is kept up with intents'
  return [
    ...measured,
    measurement(group, 'arrivals', 'checks/s', [soak.rate]),
    measurement(group, 'check', 'ms', soak.latencies),
    measurement(group, 'checks without an answer', 'checks', [soakFailures]),
    measurement(group, 'memory of the provider', 'MiB', soakMemory),
    measurement(group, 'memory of the provider, first tenth', 'MiB', soakMemory.slice(0, tenth)),
    measurement(group, 'memory of the provider, last tenth', 'MiB', soakMemory.slice(-tenth)),
  ]
}
