import type { SuiteId } from '@mixun/core/suite'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import type { LookupOutput } from './lookup-worker.ts'
import type { LargeTableInput, LargeTableOutput } from './worker.ts'

/** The same table, built in memory: what the runs on disk are measured against. */
const IN_MEMORY = 'mixun, in memory'

/** A provider's largest tables: how fast they are built, in how much memory, and what a delta of 100 changes costs. */
export const largeTable = scenario({
  name: 'large-table',
  summary: 'building a table of 10^6 rows in runs on disk, its memory, and deltas of 100 changes',
  settings: {
    rows: {
      text: 'rows of the large table in suite intl; dummies fill its size class',
      standard: 1_000_000,
      quick: 300,
    },
    smRows: { text: 'rows of the large table in suite sm', standard: 250_000, quick: 300 },
    memoryRows: { text: 'rows of the table that is built in both ways', standard: 65_536, quick: 128 },
    deltas: { text: 'deltas of 100 changes to the large table', standard: 10, quick: 1 },
    heldRows: { text: 'rows of a table that a member looks up in its file', standard: 2 ** 20, quick: 128 },
    lookups: { text: 'lookups in it', standard: 1_000, quick: 5 },
  },
  isBySuite: true,
  async run({ settings, suites, progress }) {
    const measurements: Measurement[] = []
    for (const suite of suites) {
      const tell = (text: string) => progress(`suite ${suite}: ${text}`)
      measurements.push(...inSuite(suite, await measureTables(suite, settings, tell)))
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]: 'this repository: buildLargeTable on two threads, runs and table in the temporary folder',
        [IN_MEMORY]: 'the same rows by buildTableInPool on two threads, entries and rows in memory',
      },
      notes: [
        'Each build has a process of its own; its peak memory is that of the process with its threads.',
        'Rows a second count the rows with records; the dummies that fill the size class are sealed too.',
        'Tables that are looked up have tags in order and noise behind them; the file is in the page cache of the system.',
        'Entries are made one at a time, as a provider reads them from its records.',
        'A delta goes from the index in its file to the next one in its file, synced; the delta before it left that index.',
      ],
    }
  },
})

type LargeTableSettings = Readonly<
  Record<'rows' | 'smRows' | 'memoryRows' | 'deltas' | 'heldRows' | 'lookups', number>
>

async function measureTables(
  suite: SuiteId,
  { rows: intlRows, smRows, memoryRows, deltas, heldRows, lookups }: LargeTableSettings,
  progress: (text: string) => void,
): Promise<Measurement[]> {
  const rows = suite === 'intl' ? intlRows : smRows
  const build = async (input: Omit<LargeTableInput, 'suite'>) => {
    progress(`${input.rows} rows, ${input.how}`)
    const worker = new URL('worker.ts', import.meta.url).pathname
    return (await runWorker(worker, { ...input, suite })) as LargeTableOutput
  }
  progress(`${lookups} lookups in a file of ${heldRows} rows`)
  const held = (await runWorker(new URL('lookup-worker.ts', import.meta.url).pathname, {
    suite,
    rows: heldRows,
    lookups,
  })) as LookupOutput
  const inFile = `${heldRows.toLocaleString('en-US')} rows, looked up in the file`
  const both = `${memoryRows.toLocaleString('en-US')} rows`
  const large = `${rows.toLocaleString('en-US')} rows`
  const delta = `a delta of 100 changes, ${large}`
  const table = await build({ rows, how: 'runs', deltas })
  const made = table.deltas
  return [
    ...built(both, memoryRows, await build({ rows: memoryRows, how: 'runs', deltas: 0 })),
    ...built(both, memoryRows, await build({ rows: memoryRows, how: 'memory', deltas: 0 }), IN_MEMORY),
    ...built(large, rows, table),
    ...(made === null
      ? []
      : [
          measurement(delta, 'make', 'ms', made.deltaMs),
          measurement(delta, 'make, CPU', 'ms', made.deltaCpuMs),
          measurement(delta, 'size', 'bytes', made.deltaBytes),
          measurement(delta, 'index made anew', 'ms', [made.indexMs]),
        ]),
    measurement(inFile, 'open and check whole', 'ms', [held.openMs]),
    measurement(inFile, 'a tag that is not there, with both proofs', 'ms', held.lookupMs),
    measurement(inFile, 'memory of the table', 'MiB', [held.heldBytes / 2 ** 20]),
  ]
}

function built(
  group: string,
  rows: number,
  { buildMs, baseRssBytes, peakRssBytes, tableBytes }: LargeTableOutput,
  side: string = OWN_SIDE,
): Measurement[] {
  return [
    measurement(group, 'build', 'rows/s', [(rows * 1_000) / buildMs], side),
    measurement(group, 'build', 'ms', [buildMs], side),
    measurement(group, 'memory before', 'MiB', [baseRssBytes / 2 ** 20], side),
    measurement(group, 'peak memory', 'MiB', [peakRssBytes / 2 ** 20], side),
    measurement(group, 'table', 'MiB', [tableBytes / 2 ** 20], side),
  ]
}
