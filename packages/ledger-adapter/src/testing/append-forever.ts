import { suiteById } from '@mixun/core/suite'
import { insecure_armCrashPoints } from '@mixun/core/testing'
import { openTestLedger } from './open-ledgers.ts'
import { TestConsortium } from './test-consortium.ts'

/**
 * A process that appends to `argv[2]` in suite `argv[3]` and prints the index of every acknowledged entry, until it is
 * killed or has appended `argv[4]` entries. With a seed in `argv[5]` it appends the same entries at every run, and signs
 * a checkpoint after each. Tests of the SQLite driver run and kill it.
 */
const [file, suiteId, count, seed] = process.argv.slice(2)
insecure_armCrashPoints()
const consortium = new TestConsortium(undefined, seed ?? `process ${process.pid}`, suiteById(String(suiteId)))
const ledger = openTestLedger(consortium, { file: String(file) })
for (let i = 0; i < Number(count); i++) {
  const entry = consortium.anyEntry()
  const { receipt } = await ledger.append(entry)
  process.stdout.write(`${receipt.index} ${Buffer.from(entry.id).toString('hex')}\n`)
  if (seed === undefined) continue
  const { size, text } = await ledger.checkpoint()
  process.stdout.write(`${size} checkpoint ${Buffer.from(text).toString('hex')}\n`)
}
await ledger.close()
