import { cosignCheckpoint, cosignerName } from '@mixun/ledger-adapter/checkpoint'
import { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { TEST_NOW, TEST_ORIGIN, TestConsortium } from '@mixun/ledger-adapter/testing'
import { SUITE_IDS, suiteById } from '@mixun/core/suite'
import type { Home } from '@mixun/sdk/home'
import { expect, it } from 'vitest'
import { drawAuditSample } from './audit-sample.ts'

it.each(SUITE_IDS)(
  'draws by a firm’s checkpoint, though a regulator cosigned later, in suite %s',
  async id => {
    const suite = suiteById(id)
    const consortium = new TestConsortium(['jia', 'regulator', 'yi'], undefined, suite)
    const { association, verifiers, anchor } = consortium
    const ledger = SqliteLedger.open({
      file: ':memory:',
      identity: association,
      decryptionKey: consortium.reader('xiehui').key,
      origin: TEST_ORIGIN,
      verifiers,
      now: () => TEST_NOW,
    })
    const log = { name: TEST_ORIGIN, suite, publicKey: anchor.association.publicKey }
    const cosign = async (party: string) => {
      const { text } = await ledger.checkpoint()
      const name = cosignerName(TEST_ORIGIN, party)
      await ledger.cosign(cosignCheckpoint(log, text, name, consortium.identity(party), 1))
    }
    const home = { identity: association } as Home
    const options = { now: () => TEST_NOW, secretOf: (n: number) => new Uint8Array(32).fill(n) }
    await ledger.appendMany(consortium.opening().filter(({ author }) => author !== 'regulator'))
    await cosign('yi')
    // What was cosigned before the commitment draws nothing.
    expect(await drawAuditSample(home, ledger, options)).toBeNull()
    expect(await drawAuditSample(home, ledger, options)).toBeNull()
    await cosign('yi')
    const { size } = ledger
    await ledger.append(consortium.entry('jia', 'consent', consortium.consent('jia')))
    await cosign('regulator')
    expect(await drawAuditSample(home, ledger, options)).toEqual({ from: 0, to: size })
    expect(await drawAuditSample(home, ledger, options)).toBeNull()
    expect(ledger.registry.policy.audits.commitmentOf('xiehui')).toBeDefined()
    await ledger.close()
  },
)
