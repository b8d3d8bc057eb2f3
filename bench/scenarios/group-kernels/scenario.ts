import { ristretto255, ristretto255Reference, sm2, sm2Reference } from '@mixun/core/group'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { type Step, timeSteps } from '../../harness/time-steps.ts'
import { runWorker } from '../../harness/worker.ts'
import { NOBLE } from '../../peers/noble.ts'
import { OPENSSL } from '../../peers/openssl.ts'
import { opensslSteps } from './openssl.ts'
import { groupSteps } from './operations.ts'
import type { StartUpInput, StartUpOutput } from './start-up.ts'

/** The WebAssembly kernels of both suites, operation by operation, and what they cost at the start. */
export const groupKernels = scenario({
  name: 'group-kernels',
  summary: 'operations, start-up, size and memory of the group kernels, one thread',
  settings: {
    roundMs: { text: 'time for each operation in each round, ms', standard: 60, quick: 1 },
    rounds: { text: 'rounds through all operations of a group', standard: 8, quick: 1 },
    starts: { text: 'new processes that load each kernel', standard: 10, quick: 1 },
  },
  async run({ settings, progress }) {
    const { rounds, roundMs, starts } = settings
    const options = { rounds, timeMs: roundMs, minRuns: rounds > 1 ? 2 : 1 }
    progress('ristretto255')
    const ofRistretto = await timeSteps(
      'ristretto255',
      groupSteps(ristretto255, ristretto255Reference, NOBLE),
      options,
    )
    progress('SM2')
    const sm2Steps = Object.groupBy(
      [...groupSteps(sm2, sm2Reference, NOBLE), ...opensslSteps()],
      ({ name }) => name,
    )
    const ofSm2 = await timeSteps('SM2', Object.values(sm2Steps).flat() as Step[], options)
    progress(`start-up, ${starts} processes a kernel`)
    return {
      measurements: [
        ...ofRistretto,
        ...ofSm2,
        ...(await startUp('ristretto255', starts)),
        ...(await startUp('SM2', starts)),
      ],
      sides: {
        [OWN_SIDE]: 'this repository, the WebAssembly kernels of @mixun/core/group',
        [NOBLE]:
          'its fastest calls for the same, plain JavaScript: the reference groups of @mixun/core/group',
        [OPENSSL]: 'native code; a key agreement, and taking in a private key, with the handling of keys',
      },
      notes: [
        'Kernel and reference gave the same bytes for every operation before anything was timed.',
        'OpenSSL gives out no bare point multiplication on SM2 in Node: its rows hold a little more than one.',
        'Start-up is of a process that has no kernel yet: it compiles, checks and fills the tables.',
      ],
    }
  },
})

async function startUp(kernel: StartUpInput['kernel'], starts: number): Promise<Measurement[]> {
  const worker = new URL('start-up.ts', import.meta.url).pathname
  const outputs: StartUpOutput[] = []
  for (let i = 0; i < starts; i++) {
    const input: StartUpInput = { kernel }
    outputs.push((await runWorker(worker, input)) as StartUpOutput)
  }
  const of = (pick: (output: StartUpOutput) => number) => outputs.map(pick)
  const group = `${kernel}, start-up`
  return [
    measurement(
      group,
      'load',
      'ms',
      of(({ loadMs }) => loadMs),
    ),
    measurement(group, 'WebAssembly module', 'bytes', of(({ moduleBytes }) => moduleBytes).slice(0, 1)),
    measurement(group, "the kernel's memory", 'bytes', of(({ memoryBytes }) => memoryBytes).slice(0, 1)),
    measurement(
      group,
      'memory of the process for it',
      'MiB',
      of(({ residentBytes }) => residentBytes / 2 ** 20),
    ),
  ]
}
