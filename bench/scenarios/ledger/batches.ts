import { join } from 'node:path'
import type { ComputePool } from '@mixun/core/compute'
import { threadPool } from '@mixun/core/compute/threads'
import type { Suite } from '@mixun/core/suite'
import { authorSignatureTasks } from '@mixun/ledger-adapter/ledger'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeEach } from '../../harness/timing.ts'
import { MadeConsortium } from './made-ledger.ts'

/** The ledger with author verification left out: what everything else costs. Never a ledger in use. */
export const UNVERIFIED = 'mixun, authors not verified'

export interface BatchOptions {
  readonly folder: string
  readonly batches: number
  readonly batch: number
}

/** Large transactions: authors verified on one thread, by a pool, and not at all. */
export async function measureBatches(
  suite: Suite,
  { folder, batches, batch }: BatchOptions,
): Promise<Measurement[]> {
  const group = 'appends in large transactions'
  const name = `consent, ${batch} at a time`
  await using pool = threadPool({ modules: [authorSignatureTasks] })
  const rates = async (made: MadeConsortium, file: string, compute?: ComputePool) => {
    const ledger = made.open(join(folder, file), compute)
    await ledger.appendMany(made.opening())
    const prepare = () => Array.from({ length: batch }, () => made.consent())
    const times = await timeEach(batches + 1, prepare, async entries => {
      const results = await ledger.appendMany(entries)
      if (results.some(({ status }) => status === 'rejected')) throw new Error('an entry was refused')
    })
    await ledger.close()
    // The first one starts the threads and compiles.
    return times.slice(1).map(ms => (batch * 1_000) / ms)
  }
  const consortium = new MadeConsortium(suite, 1)
  const trusting = new MadeConsortium({ ...suite, verify: () => {} }, 1)
  return [
    measurement(
      group,
      `${name}, authors verified by ${pool.concurrency} threads`,
      'entries/s',
      await rates(consortium, 'pooled.db', pool),
    ),
    measurement(
      group,
      `${name}, authors verified on one thread`,
      'entries/s',
      await rates(consortium, 'one-thread.db'),
    ),
    measurement(group, name, 'entries/s', await rates(trusting, 'unverified.db'), UNVERIFIED),
    ...floorOf(consortium, group),
  ]
}

/** What one signature check of this suite costs here: no ledger that verifies every author is faster on one thread. */
function floorOf({ suite, inquirer }: MadeConsortium, group: string): Measurement[] {
  const message = new Uint8Array(400)
  const signature = inquirer.signingKey.sign(message)
  const samples: number[] = []
  for (let i = 0; i < 200; i++) {
    const start = performance.now()
    suite.verify(inquirer.signingKey.publicKey, message, signature)
    samples.push(performance.now() - start)
  }
  return [measurement(group, 'one signature check', 'ms', samples)]
}
