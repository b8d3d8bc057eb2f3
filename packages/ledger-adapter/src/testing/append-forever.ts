import { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { fakeVerifiers } from './fake-verifiers.ts'
import { TEST_ORIGIN, TestConsortium } from './test-consortium.ts'

/**
 * A process that appends to `argv[2]` and prints the index of every acknowledged entry, until it is killed or has
 * appended `argv[3]` entries. The test of the SQLite driver runs and kills it.
 */
const [file, count = 'Infinity'] = process.argv.slice(2)
const consortium = new TestConsortium(undefined, `process ${process.pid}`)
const { association: identity, now } = consortium
const options = { identity, origin: TEST_ORIGIN, verifiers: fakeVerifiers, now }
const ledger = SqliteLedger.open({ file: String(file), ...options })
for (let i = 0; i < Number(count); i++) {
  const entry = consortium.sign('jia', 'consent', consortium.consent('jia'))
  const { receipt } = await ledger.append(entry)
  process.stdout.write(`${receipt.index} ${Buffer.from(entry.id).toString('hex')}\n`)
}
await ledger.close()
