import { systemRandom } from '@mixun/core/random'
import { decodeOkvs, encodeOkvs, okvsRandomBand256 } from '@mixun/ot/okvs'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { timeSteps } from '../../harness/time-steps.ts'

const VALUE_BYTES = 16

/** Encoding and decoding of oblivious key-value stores of two sizes. */
export const okvs = scenario({
  name: 'okvs',
  summary: 'encoding and decoding an oblivious key-value store of two sizes, one thread',
  settings: {
    small: { text: 'items of the small store', standard: 2 ** 16, quick: 2 ** 8 },
    large: { text: 'items of the large store', standard: 2 ** 20, quick: 2 ** 10 },
    runs: { text: 'runs of each step', standard: 5, quick: 1 },
  },
  async run({ settings, progress }) {
    const measurements: Measurement[] = []
    for (const count of [settings.small, settings.large]) {
      progress(`${count} items`)
      measurements.push(...(await timeStore(count, settings.runs)))
    }
    return {
      measurements,
      sides: { [OWN_SIDE]: `this repository, @mixun/ot/okvs, ${okvsRandomBand256.id}` },
      notes: [
        `Values of ${VALUE_BYTES} bytes. Rows are derived from the keys in both steps.`,
        'Decoding looks up every key that was encoded, in random order of columns.',
        'Nothing on npm does the same.',
      ],
    }
  },
})

async function timeStore(count: number, runs: number): Promise<Measurement[]> {
  const keys = systemRandom.bytes(16 * count)
  const values = systemRandom.bytes(VALUE_BYTES * count)
  const encode = () => encodeOkvs(okvsRandomBand256, { keys, values, valueBytes: VALUE_BYTES }, systemRandom)
  const store = encode()
  if (Buffer.compare(decodeOkvs(store, keys), values) !== 0)
    throw new Error('expected the values of all keys')
  const group = `${count.toLocaleString('en-US')} items`
  const timed = await timeSteps(
    group,
    [
      { name: 'encode', run: encode },
      { name: 'decode all', run: () => decodeOkvs(store, keys) },
    ],
    { rounds: runs, timeMs: 1, minRuns: 1 },
  )
  const rates = timed.map(({ name, summary }) =>
    measurement(group, `${name}, rate`, 'elements/s', [count / (summary.median / 1_000)]),
  )
  return [...timed, ...rates, measurement(group, 'store, an item', 'bytes', [store.columns.length / count])]
}
