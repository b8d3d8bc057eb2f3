import { expect, it } from 'vitest'
import { InitiatorLink, InitiatorTickets } from '../channel/inner/index.ts'
import { InnerChannel, memoryChannelPair } from '../channel/index.ts'
import { systemRandom } from '../random/index.ts'
import { sm } from '../suite/index.ts'
import { expectCodeAsync, seededRandom } from '../testing/index.ts'
import { acceptSession } from './index.ts'
import { changedHello } from './test-frames.ts'
import { accepting, firmASm, firmBSm, peerOf } from './test-parties.ts'

const firmCSm = { partyId: 'firm-c', suite: sm, signingKey: sm.generateSigningKey(seededRandom('firm-c')) }
const members = [firmASm, firmBSm, firmCSm].map(peerOf)

/** Firm-b takes, inside an inner channel of firm-a and over a transport that names nobody, this hello. */
async function take(hello: Uint8Array): Promise<unknown> {
  const [near, far] = memoryChannelPair()
  const link = new InitiatorLink(near, {
    identity: firmASm,
    peer: peerOf(firmBSm),
    tickets: new InitiatorTickets(),
    random: systemRandom,
    now: () => 0,
    explain: () => new Error('unexpected'),
  })
  const member = (partyId: string) => members.find(peer => peer.partyId === partyId)
  const accepted = acceptSession(far, accepting({ identity: { ...firmBSm }, member }))
  const channel = new InnerChannel(near, link, 'firm-b')
  await channel.send(hello)
  try {
    return await accepted
  } finally {
    channel.abort()
  }
}

it('the hello inside an inner channel is of the party that the channel authenticated', async () => {
  const own = await changedHello({ suite: 'sm' }, firmASm)
  expect(await take(own)).toMatchObject({ peer: { partyId: 'firm-a' } })
  // A good hello of another member, carried by firm-a: a forwarded or stolen one.
  const foreign = await changedHello({ suite: 'sm', sender: 'firm-c' }, firmCSm)
  await expectCodeAsync('ERR_PEER_IDENTITY', take(foreign))
})

it('a hello of suite intl inside an inner channel is of the other suite', async () => {
  await expectCodeAsync('ERR_SESSION_SUITE', take(await changedHello({})))
})
