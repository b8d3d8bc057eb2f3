// The receiver of a set intersection as a process of its own: connects to a port of this machine and writes what it got as
// one line of JSON. With "vanish" it goes away behind its first message.
// Usage: node psi-process.ts <port> <parameters> <from> <to> [vanish]
import { connect } from 'node:net'
import { argv, exit, stdout } from 'node:process'
import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { acceptSession } from '@mixun/core/session'
import { runPsiReceiver } from '../psi/index.ts'
import { tamperedSession } from './adversary/tampered-session.ts'
import { testIdentity } from './sessions.ts'
import { SocketChannel } from './socket-channel.ts'

const [port, from, to, mode] = [Number(argv[2]), Number(argv[4]), Number(argv[5]), argv[6]]
const sender = testIdentity('galaxy')
const session = await acceptSession(new SocketChannel(connect(port, '127.0.0.1')), {
  identity: testIdentity('cinda'),
  member: id => (id === 'galaxy' ? { partyId: id, publicKey: sender.signingKey.publicKey } : undefined),
  offers: (_, parameters) => parameters === argv[3],
})
const items = Array.from({ length: to - from }, (_, i) => utf8(`subject ${from + i}`))
const leaving = tamperedSession(
  session,
  () => (frame, i) => (i === 1 && mode === 'vanish' ? exit(0) : [frame]),
)
const { common, labels } = await runPsiReceiver(leaving, { items, variant: 'labels' })
stdout.write(`${JSON.stringify({ common, labels: labels.map(fromUtf8) })}\n`)
await session.close()
