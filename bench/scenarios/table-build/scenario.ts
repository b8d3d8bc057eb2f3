import { utf8 } from '@mixun/core/bytes'
import { sm2Reference } from '@mixun/core/group'
import { systemRandom } from '@mixun/core/random'
import { SUITE_IDS, type SuiteId } from '@mixun/core/suite'
import { evaluateInput, generateKeyPair, oprfSm2Sm3 } from '@mixun/ot/oprf'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import { NOBLE, nobleOprf } from '../../peers/noble.ts'
import type { TableBuildInput, TableBuildOutput } from './worker.ts'

/** The bare PRF beside the build: nobody else builds such a table, but every such table needs one evaluation a row. */
const BARE_PRF = `${NOBLE}, PRF only`

/** What a provider pays once an epoch, and what a member pays for holding and using the table. */
export const tableBuild = scenario({
  name: 'table-build',
  summary:
    'building sealed tables of two sizes on one thread and two, opening and checking them, in both suites',
  settings: {
    smallRows: { text: 'rows of the small table; a size class', standard: 1_024, quick: 64 },
    largeRows: { text: 'rows of the large table; a size class', standard: 6_144, quick: 96 },
    builds: { text: 'builds of each size', standard: 5, quick: 1 },
    lookups: {
      text: 'look-ups of a present and of an absent subject, and decodings',
      standard: 50,
      quick: 2,
    },
  },
  async run({ settings, progress }) {
    const { builds, lookups } = settings
    const measurements: Measurement[] = []
    const sizes = [settings.smallRows, settings.largeRows]
    for (const { suite, rows } of SUITE_IDS.flatMap(suite => sizes.map(rows => ({ suite, rows })))) {
      progress(`suite ${suite}, ${rows} rows, ${builds} builds on one thread and on two`)
      const input: TableBuildInput = { suite, rows, builds, lookups }
      const worker = new URL('worker.ts', import.meta.url).pathname
      const output = (await runWorker(worker, input)) as TableBuildOutput
      const group = `suite ${suite}, ${rows.toLocaleString('en-US')} rows`
      measurements.push(...measurementsOf(group, rows, output, barePrf(suite, Math.min(rows, 256), builds)))
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]: 'this repository, @mixun/ot/sealed-table, parameters sealedtable_r512_c2',
        [BARE_PRF]:
          'one evaluation of the PRF a row on one thread, nothing else; for suite sm our OPRF over its SM2 arithmetic',
      },
      notes: [
        'Every row is a real row of 64 bytes of payload; a dummy row takes the same path and time.',
        'Decoding is what a member does with a download: order of the tags, all leaves, the root.',
        'Peak memory is of a process that builds, decodes and looks up; it holds the entries too.',
      ],
    }
  },
})

function measurementsOf(
  group: string,
  rows: number,
  output: TableBuildOutput,
  prfRates: readonly number[],
): Measurement[] {
  const { buildMs, buildOnTwoMs, decodeMs, tableBytes, baseRssBytes, peakRssBytes } = output
  const rate = (ms: number) => (rows * 1_000) / ms
  return [
    measurement(group, 'build', 'rows/s', buildMs.map(rate)),
    measurement(group, 'build', 'rows/s', prfRates, BARE_PRF),
    measurement(group, 'build on two threads', 'rows/s', buildOnTwoMs.map(rate)),
    measurement(group, 'build on two threads', 'rows/s', prfRates, BARE_PRF),
    measurement(group, 'verify and decode', 'ms', decodeMs),
    measurement(group, 'verify and decode', 'rows/s', decodeMs.map(rate)),
    measurement(group, 'encode', 'ms', output.encodeMs),
    measurement(group, 'open a present subject', 'ms', output.openPresentMs),
    measurement(group, 'prove an absent subject', 'ms', output.openAbsentMs),
    measurement(group, 'verify a row', 'ms', output.verifyRowMs),
    measurement(group, 'verify "none"', 'ms', output.verifyNoneMs),
    measurement(group, 'size', 'bytes/row', [tableBytes / rows]),
    measurement(group, 'memory before the first build', 'MiB', [baseRssBytes / 2 ** 20]),
    measurement(group, 'peak memory', 'MiB', [peakRssBytes / 2 ** 20]),
  ]
}

/** Rows a second of @noble/curves' evaluation alone. */
function barePrf(suite: SuiteId, rows: number, repetitions: number): number[] {
  const evaluate = suite === 'sm' ? sm2PrfOfNoble() : ristretto255PrfOfNoble()
  return Array.from({ length: repetitions }, (_, repetition) => {
    const start = performance.now()
    for (let row = 0; row < rows; row++) evaluate(utf8(`one-code:${repetition}-${row}`))
    return (rows * 1_000) / (performance.now() - start)
  })
}

function ristretto255PrfOfNoble(): (input: Uint8Array) => unknown {
  const peer = nobleOprf('ristretto255-SHA512', utf8('thirty-two bytes of a fixed seed'))
  return input => peer.evaluateInput(input)
}

/** Noble has no OPRF over SM2. */
function sm2PrfOfNoble(): (input: Uint8Array) => unknown {
  const reference = { ...oprfSm2Sm3, group: sm2Reference }
  const permission = { allowVariableTime: true }
  const { secretKey } = generateKeyPair(reference, systemRandom, permission)
  return input => evaluateInput(reference, 'voprf', secretKey, input, permission)
}
