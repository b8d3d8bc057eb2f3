// All firms of a joint query in one process: each connects to the inquirer's port, once for its setup and once a query.
import { connect } from 'node:net'
import { runJointServer } from '@mixun/ot/joint-query'
import { type SenderSetup, setUpOtSender } from '@mixun/ot/ot-extension'
import { SocketChannel } from '@mixun/ot/testing'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { acceptAs, type BenchFirm, type JointRun, makeFirms, makeQuery, membersOf } from './consortium.ts'

export interface FirmsInput extends JointRun {
  /** One a firm. */
  readonly ports: readonly number[]
  readonly queries: number
}

const input = workerInput<FirmsInput>()
const firms = makeFirms(input)
const members = membersOf(input)
/** Made once, for all firms of this process. */
const asked = Array.from({ length: input.queries }, (_, n) => makeQuery(input, firms, n).query)

async function serve(firm: BenchFirm, port: number): Promise<void> {
  const accept = () => acceptAs(firm.identity, new SocketChannel(connect(port, '127.0.0.1')))
  const preparing = await accept()
  const setup: SenderSetup = await setUpOtSender(preparing)
  await preparing.close()
  for (const query of asked) {
    const session = await accept()
    const { commitment, maskKey } = firm.table
    const { share } = await runJointServer(session, {
      query,
      table: { commitment, key: firm.key, maskKey },
      setup: () => setup,
      masks: firm.masks,
      members,
      beforeAnswer: async () => undefined,
    })
    // In a consortium a session of its own, once the ledger has all receipts.
    await session.send(share)
    await session.close()
  }
}

const before = process.cpuUsage()
await Promise.all(firms.map((firm, i) => serve(firm, input.ports[i] as number)))
const { user, system } = process.cpuUsage(before)
workerOutput({ cpuMs: (user + system) / 1_000 })
