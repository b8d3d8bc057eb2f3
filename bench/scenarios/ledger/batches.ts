import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ComputePool } from '@mixun/core/compute'
import { threadPool } from '@mixun/core/compute/threads'
import type { Suite } from '@mixun/core/suite'
import { authorSignatureTasks, type LedgerEntry } from '@mixun/ledger-adapter/ledger'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeEach } from '../../harness/timing.ts'
import { MadeConsortium } from './made-ledger.ts'

/** The ledger with author verification left out: what everything else costs. Never a ledger in use. */
export const UNVERIFIED = 'mixun, authors not verified'

const GROUP = 'appends in large transactions'

export interface BatchOptions {
  readonly folder: string
  readonly batches: number
  readonly batch: number
}

/** Large transactions of either sort of entry: authors verified on one thread, by a pool, and not at all. */
export async function measureBatches(suite: Suite, options: BatchOptions): Promise<Measurement[]> {
  const consortium = new MadeConsortium(suite, 1)
  const trusting = new MadeConsortium({ ...suite, verify: () => {} }, 1)
  await using pool = threadPool({ modules: [authorSignatureTasks] })
  const measured: Measurement[] = []
  const sorts: readonly (readonly [string, (made: MadeConsortium) => LedgerEntry])[] = [
    ['consent, sealed', made => made.consent()],
    ['address, in the clear', made => made.address()],
  ]
  for (const [sort, make] of sorts) {
    const name = `${sort}, ${options.batch} at a time`
    const rates = (made: MadeConsortium, compute?: ComputePool) => ratesOf(made, options, make, compute)
    const { concurrency } = pool
    measured.push(
      row(`${name}, authors verified by ${concurrency} threads`, await rates(consortium, pool)),
      row(`${name}, authors verified on one thread`, await rates(consortium)),
      row(name, await rates(trusting), UNVERIFIED),
    )
  }
  return [...measured, ...floorOf(consortium)]
}

const row = (name: string, rates: readonly number[], side?: string) =>
  measurement(GROUP, name, 'entries/s', rates, side)

async function ratesOf(
  made: MadeConsortium,
  { folder, batches, batch }: BatchOptions,
  make: (made: MadeConsortium) => LedgerEntry,
  compute: ComputePool | undefined,
): Promise<number[]> {
  const ledger = made.open(join(folder, `batches-${randomUUID()}.db`), compute)
  await ledger.appendMany(made.opening())
  const prepare = () => Array.from({ length: batch }, () => make(made))
  const times = await timeEach(batches + 1, prepare, async entries => {
    const results = await ledger.appendMany(entries)
    if (results.some(({ status }) => status === 'rejected')) throw new Error('an entry was refused')
  })
  await ledger.close()
  // The first one starts the threads and compiles.
  return times.slice(1).map(ms => (batch * 1_000) / ms)
}

/** What one signature check of this suite costs here: no ledger that verifies every author is faster on one thread. */
function floorOf({ suite, inquirer }: MadeConsortium): Measurement[] {
  const message = new Uint8Array(400)
  const signature = inquirer.signingKey.sign(message)
  const samples: number[] = []
  for (let i = 0; i < 200; i++) {
    const start = performance.now()
    suite.verify(inquirer.signingKey.publicKey, message, signature)
    samples.push(performance.now() - start)
  }
  return [measurement(GROUP, 'one signature check', 'ms', samples)]
}
