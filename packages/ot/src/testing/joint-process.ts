// A provider of a joint query, or the association, as a process of its own. Connects to a port of this machine twice: to
// make the setup, which it stores and reads again, and to answer. Writes its share as a line of JSON.
// With "vanish" it goes away instead of the answer.
// Usage: node joint-process.ts <port> <index of the firm, or association> <seed of the consortium> [vanish]
import { connect } from 'node:net'
import { argv, exit, stdout } from 'node:process'
import { toHex } from '@mixun/core/bytes'
import { acceptSession } from '@mixun/core/session'
import { runJointServer, runJointThresholdServer } from '../joint-query/index.ts'
import { decodeSenderSetup, encodeSenderSetup, setUpOtSender } from '../ot-extension/index.ts'
import { PROCESS_BOOKS, PROCESS_OUTPUT, testConsortium, testQuery } from './joint-query.ts'
import { testIdentity } from './sessions.ts'
import { SocketChannel } from './socket-channel.ts'

const [port, which, seed, mode] = [Number(argv[2]), String(argv[3]), String(argv[4]), argv[5]]
const consortium = testConsortium(PROCESS_BOOKS, undefined, seed)
const firm = consortium.firms[Number(which)]
const identity = testIdentity(firm?.party ?? 'association')
const inquirer = testIdentity('galaxy')

const accept = () =>
  acceptSession(new SocketChannel(connect(port, '127.0.0.1')), {
    identity,
    member: id => (id === 'galaxy' ? { partyId: id, publicKey: inquirer.signingKey.publicKey } : undefined),
    offers: () => true,
  })

const preparing = await accept()
const stored = encodeSenderSetup(await setUpOtSender(preparing))
await preparing.close()
const setup = decodeSenderSetup(stored)

const { query } = testQuery(consortium, 'zhang', { output: PROCESS_OUTPUT })
const { members } = consortium
const session = await accept()
const beforeAnswer = async () => {
  if (mode === 'vanish') exit(0)
}
if (firm === undefined) {
  const { masks } = consortium.association
  await runJointThresholdServer(session, { query, setup: () => setup, masks, members, beforeAnswer })
  stdout.write('{}\n')
} else {
  const { commitment, maskKey } = firm.table
  const table = { commitment, key: firm.key, maskKey }
  const { masks } = firm
  const options = { query, table, setup: () => setup, masks, members, beforeAnswer }
  const { share } = await runJointServer(session, options)
  stdout.write(`${JSON.stringify({ share: toHex(share) })}\n`)
}
await session.close()
