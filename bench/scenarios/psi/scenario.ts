import { join } from 'node:path'
import { psiParameters } from '@mixun/ot/psi'
import { psiCardinalityParameters } from '@mixun/ot/psi-cardinality'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { type RunFigures, timeOverSlowLine } from '../../harness/two-ends.ts'
import { runRoles } from '../../harness/two-roles.ts'
import { itemsOf, measureEnd, protocolOf } from './ends.ts'

const ROLE = join(import.meta.dirname, 'role.ts')

/** Balanced set intersection, and the number of common items, in two processes and over a slow line. */
export const psi = scenario({
  name: 'psi',
  summary:
    'balanced set intersection of two sizes, and the number of common items: two processes on this machine, and a line of 100 Mbit/s',
  settings: {
    small: { text: 'items a side of the small runs', standard: 2 ** 16, quick: 2 ** 10 },
    large: { text: 'items a side of the large runs', standard: 2 ** 20, quick: 2 ** 12 },
    rounds: { text: 'runs of each kind', standard: 5, quick: 1 },
    slowRounds: { text: 'runs of each kind over the slow line', standard: 2, quick: 1 },
  },
  async run({ settings, progress }) {
    const measurements: Measurement[] = []
    const { small, large } = settings
    // Two multiplications an item and side: 2^20 items would take sixteen times as long as 2^16.
    const cardinality = { id: psiCardinalityParameters.id, counts: [small] }
    for (const { id, counts } of [
      ...psiParameters.map(({ id }) => ({ id, counts: [small, large] })),
      cardinality,
    ]) {
      for (const count of counts) {
        const group = `${id}, ${count.toLocaleString('en')} items a side`
        progress(`${group}, two processes`)
        measurements.push(...(await timeProcesses(group, id, count, settings.rounds)))
        progress(`${group}, slow line`)
        const slow: number[] = []
        for (let round = 0; round < settings.slowRounds; round++) slow.push(await timeSlowLine(id, count))
        measurements.push(
          measurement(`${group}, 100 Mbit/s and 10 ms, both roles on one core`, 'run', 'ms', slow),
        )
      }
    }
    return {
      measurements,
      sides: { [OWN_SIDE]: 'this repository, @mixun/ot/psi and @mixun/ot/psi-cardinality' },
      notes: [
        'A run is everything from the first message to the result, 128 base OTs too; a small one before it warms up.',
        'Two processes over plain TCP on loopback. Items of 18 bytes, half of them common.',
      ],
    }
  },
})

async function timeProcesses(
  group: string,
  parameters: string,
  count: number,
  rounds: number,
): Promise<Measurement[]> {
  const runs: { sender: RunFigures; receiver: RunFigures }[] = []
  for (let round = 0; round < rounds; round++) runs.push(await runRoles<RunFigures>(ROLE, parameters, count))
  const figures = (name: string, unit: Measurement['unit'], of: (run: (typeof runs)[number]) => number) =>
    measurement(`${group}, two processes`, name, unit, runs.map(of))
  return [
    figures('run', 'ms', ({ receiver }) => receiver.wallMs),
    figures('CPU time, sender', 'ms', ({ sender }) => sender.cpuMs),
    figures('CPU time, receiver', 'ms', ({ receiver }) => receiver.cpuMs),
    figures('payload, both ways', 'bytes', ({ receiver }) => receiver.bytes),
    figures('memory of the sender, largest', 'MiB', ({ sender }) => sender.peakMiB),
    figures('memory of the receiver, largest', 'MiB', ({ receiver }) => receiver.peakMiB),
  ]
}

function timeSlowLine(parameters: string, count: number): Promise<number> {
  return timeOverSlowLine(protocolOf(parameters), parameters, async (role, session) => {
    const { wallMs } = await measureEnd(role, session, itemsOf(role, count))
    return wallMs
  })
}
