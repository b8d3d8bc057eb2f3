import { suiteById } from '@mixun/core/suite'
import { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { TEST_ORIGIN, TestConsortium } from './test-consortium.ts'

/**
 * A process that appends to `argv[2]` in suite `argv[3]` and prints the index of every acknowledged entry, until it is
 * killed or has appended `argv[4]` entries. The test of the SQLite driver runs and kills it.
 */
const [file, suiteId, count] = process.argv.slice(2)
const consortium = new TestConsortium(undefined, `process ${process.pid}`, suiteById(String(suiteId)))
const { association: identity, now, verifiers } = consortium
const options = { identity, origin: TEST_ORIGIN, verifiers, now }
const ledger = SqliteLedger.open({
  decryptionKey: consortium.reader('xiehui').key,
  file: String(file),
  ...options,
})
for (let i = 0; i < Number(count); i++) {
  const entry = consortium.entry('jia', 'consent', consortium.consent('jia'))
  const { receipt } = await ledger.append(entry)
  process.stdout.write(`${receipt.index} ${Buffer.from(entry.id).toString('hex')}\n`)
}
await ledger.close()
