// Runs in the browser: a signed session over a memory channel, both ends in the page.
import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { memoryChannelPair } from '@mixun/core/channel'
import { systemRandom } from '@mixun/core/random'
import { acceptSession, openSession } from '@mixun/core/session'
import { type SuiteId, suiteById } from '@mixun/core/suite'

async function converse(suiteId: SuiteId): Promise<string> {
  const suite = suiteById(suiteId)
  const [jia, yi] = (['jia', 'yi'] as const).map(partyId => {
    const signingKey = suite.generateSigningKey(systemRandom)
    return { identity: { partyId, suite, signingKey }, peer: { partyId, publicKey: signingKey.publicKey } }
  }) as [Party, Party]
  const [near, far] = memoryChannelPair()
  const accepting = acceptSession(far, {
    identity: yi.identity,
    member: () => jia.peer,
    offers: () => true,
  })
  const opening = { identity: jia.identity, peer: yi.peer, protocol: 'keyword-ot', parameters: 'any' }
  const client = await openSession(near, opening)
  await client.send(utf8('from a page'))
  const server = await accepting
  await server.send(await server.receive())
  return fromUtf8(await client.receive())
}

interface Party {
  readonly identity: Parameters<typeof openSession>[1]['identity']
  readonly peer: Parameters<typeof openSession>[1]['peer']
}

Object.assign(globalThis, { converse })
