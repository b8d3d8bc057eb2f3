import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeVerifiersOf } from '../testing/fake-verifiers.ts'
import { describeLedger } from '../testing/ledger-compliance.ts'
import { TEST_ORIGIN } from '../testing/test-consortium.ts'
import { SqliteLedger } from './sqlite-ledger.ts'

describeLedger('SqliteLedger', async consortium => {
  const { association: identity, now } = consortium
  const verifiers = fakeVerifiersOf(identity.suite)
  const folder = mkdtempSync(join(tmpdir(), 'mixun-ledger-'))
  const file = join(folder, 'ledger.sqlite')
  const ledger = SqliteLedger.open({
    decryptionKey: consortium.reader('xiehui').key,
    file,
    identity,
    origin: TEST_ORIGIN,
    verifiers,
    now,
  })
  return {
    as: () => ledger,
    close: async () => {
      await ledger.close()
      rmSync(folder, { recursive: true })
    },
  }
})
