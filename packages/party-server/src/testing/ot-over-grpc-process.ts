// The receiver of oblivious transfers as a process of its own, over gRPC under mutual TLS: takes `count` random ones and four
// chosen ones, and writes what it got as one line of JSON. Standard input gives the port, the material and the count.
import { stdin, stdout } from 'node:process'
import { json } from 'node:stream/consumers'
import { concat, toHex } from '@mixun/core/bytes'
import type { TlsMaterial } from '@mixun/core/channel'
import { connectGrpc } from '@mixun/core/channel/grpc'
import { openSession } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { openOtReceiver } from '@mixun/ot/oblivious-transfer'
import { OT_EXTENSION_PROTOCOL, setUpOtReceiver } from '@mixun/ot/ot-extension'
import { testIdentity } from './ot-identity.ts'

const { port, tls, parameters, count } = (await json(stdin)) as {
  readonly port: number
  readonly tls: TlsMaterial
  readonly parameters: string
  readonly count: number
}
const connection = connectGrpc({ address: `127.0.0.1:${port}`, tls, peerName: 'cinda' })
const session = await openSession(await connection.open(), {
  identity: testIdentity('galaxy'),
  peer: { partyId: 'cinda', publicKey: testIdentity('cinda').signingKey.publicKey },
  protocol: OT_EXTENSION_PROTOCOL,
  parameters,
})
const receiver = await openOtReceiver(session, await setUpOtReceiver(session))
const [choices, messages]: [Uint8Array[], Uint8Array[]] = [[], []]
for await (const ots of receiver.random(count)) {
  choices.push(ots.choices)
  messages.push(ots.messages)
}
const chosen = await receiver.chosen(Uint8Array.of(0b0110), 4, 5)
stdout.write(
  `${JSON.stringify({
    choices: toHex(concat(...choices)),
    messages: toHex(intl.hash(concat(...messages))),
    chosen: toHex(chosen),
  })}\n`,
)
await session.close()
await connection.close()
