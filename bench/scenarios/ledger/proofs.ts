import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeEach, timeOnce } from '../../harness/timing.ts'
import type { MadeConsortium } from './made-ledger.ts'

export interface ProofOptions {
  readonly folder: string
  /** Entries of the ledger at which to measure, ascending. */
  readonly sizes: readonly number[]
  readonly proofs: number
  readonly progress: (text: string) => void
}

const BATCH = 500

/** A growing ledger: checkpoint, proofs and opening at each size, and the rate at which it got there. */
export async function measureProofs(
  consortium: MadeConsortium,
  { folder, sizes, proofs, progress }: ProofOptions,
): Promise<Measurement[]> {
  const file = join(folder, 'growing.db')
  let ledger = consortium.open(file)
  await ledger.appendMany(consortium.opening())
  const measurements: Measurement[] = []
  for (const size of sizes) {
    progress(`filling the ledger to ${size} entries`)
    const rates: number[] = []
    while (ledger.size < size) {
      const count = Math.min(BATCH, size - ledger.size)
      const entries = Array.from({ length: count }, () => consortium.consent())
      rates.push((count * 1_000) / (await timeOnce(() => ledger.appendMany(entries))))
    }
    const checkpoints: number[] = []
    for (let i = 0; i < proofs; i++) {
      await ledger.append(consortium.consent())
      checkpoints.push(await timeOnce(() => ledger.checkpoint()))
    }
    const total = ledger.size
    const somewhere = () => Math.floor(Math.random() * (total - 1))
    const inclusion = await timeEach(proofs, somewhere, index => ledger.proveInclusion(index, total))
    const consistency = await timeEach(proofs, somewhere, first => ledger.proveConsistency(first + 1, total))
    const proof = await ledger.proveInclusion(0, total)
    await ledger.close()
    const opening = await timeOnce(() => (ledger = consortium.open(file)))
    const group = `${size.toLocaleString('en-US')} entries`
    measurements.push(
      measurement(group, `append, ${BATCH} at a time`, 'entries/s', rates),
      measurement(group, 'checkpoint after one append', 'ms', checkpoints),
      measurement(group, 'inclusion proof', 'ms', inclusion),
      measurement(group, 'consistency proof', 'ms', consistency),
      measurement(group, 'inclusion proof', 'bytes', [proof.reduce((sum, hash) => sum + hash.length, 0)]),
      measurement(group, 'open the ledger', 'ms', [opening]),
      measurement(group, 'file, an entry', 'bytes', [statSync(file).size / total]),
    )
  }
  await ledger.close()
  return measurements
}
