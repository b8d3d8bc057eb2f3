// The receiver of oblivious transfers as a process of its own: connects to a port of this machine, sets up, takes what the
// sender's calls give, and writes what it got as one line of JSON. With "vanish" it goes away in the midst of an extension.
// Usage: node ot-process.ts <port> <parameters> <count> [vanish]
import { connect } from 'node:net'
import { argv, exit, stdout } from 'node:process'
import { concat, toHex } from '@mixun/core/bytes'
import { acceptSession } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { openOtReceiver } from '../oblivious-transfer/index.ts'
import { setUpOtReceiver } from '../ot-extension/index.ts'
import { testIdentity } from './sessions.ts'
import { SocketChannel } from './socket-channel.ts'

const [port, count, mode] = [Number(argv[2]), Number(argv[4]), argv[5]]
const sender = testIdentity('galaxy')
const session = await acceptSession(new SocketChannel(connect(port, '127.0.0.1')), {
  identity: testIdentity('cinda'),
  member: id => (id === 'galaxy' ? { partyId: id, publicKey: sender.signingKey.publicKey } : undefined),
  offers: (_, parameters) => parameters === argv[3],
})
const receiver = await openOtReceiver(session, await setUpOtReceiver(session))
const choices: Uint8Array[] = []
const messages: Uint8Array[] = []
for await (const ots of receiver.random(count)) {
  if (mode === 'vanish') exit(0)
  choices.push(ots.choices)
  messages.push(ots.messages)
}
const chosen = await receiver.chosen(Uint8Array.of(0b0110), 4, 5)
const [one] = await receiver.oneOfMany([777], 1_000, 8)
stdout.write(
  `${JSON.stringify({
    choices: toHex(concat(...choices)),
    messages: toHex(intl.hash(concat(...messages))),
    chosen: toHex(chosen),
    one: toHex(one as Uint8Array),
    memoryMiB: process.memoryUsage().rss / 2 ** 20,
  })}\n`,
)
await session.close()
