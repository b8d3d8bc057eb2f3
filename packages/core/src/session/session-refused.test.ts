import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authority, grpcTransport } from '../channel/tls/test-transports.ts'
import type { Channel } from '../channel/index.ts'
import { fail } from '../errors/index.ts'
import { expectCodeAsync } from '../testing/index.ts'
import { acceptSession, openSession } from './index.ts'
import { accepting, firmA, firmC, firmX, opening } from './test-parties.ts'
import { TRANSPORTS, type Transport } from './test-transports.ts'

describe.each(TRANSPORTS)('refused session over %s', (_name, makeTransport) => {
  let transport: Transport
  let ends: [Channel, Channel]

  beforeEach(async () => {
    transport = await makeTransport()
    ends = await transport.open()
  })

  afterEach(async () => {
    for (const channel of ends) channel.abort()
    await transport.close()
  })

  /** Both sides of a session that is refused: the code here, and what the initiator learns. */
  async function expectRefused(
    code: Parameters<typeof expectCodeAsync>[0],
    open = opening(),
    accept = accepting(),
  ): Promise<void> {
    const accepted = expectCodeAsync(code, acceptSession(ends[1], accept))
    const session = await openSession(ends[0], open)
    const error = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
    await accepted
    expect(error.details).toEqual({ party: 'firm-b', peerCode: code })
    expect(error.message).toBe(`firm-b refused: ${code}`)
  }

  it('refuses a sender that is not a member', async () => {
    const known = accepting({ member: () => undefined })
    await expectRefused('ERR_PEER_IDENTITY', opening(), known)
  })

  it('refuses a sender whose certificate names another party', async () => {
    const accepted = expectCodeAsync('ERR_PEER_IDENTITY', acceptSession(ends[1], accepting()))
    const session = await openSession(ends[0], opening({ identity: firmC }))
    await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
    await accepted
  })

  it('refuses a hello that is signed with another key', async () => {
    await expectRefused(
      'ERR_VERIFY_SIGNATURE',
      opening({ identity: { ...firmA, signingKey: firmX.signingKey } }),
    )
  })

  it('refuses a protocol or parameter set that it does not offer', async () => {
    await expectRefused('ERR_SESSION_PROTOCOL', opening({ protocol: 'unknown' }))
    ends = await transport.open()
    await expectRefused('ERR_SESSION_PROTOCOL', opening({ parameters: 'insecure_sample' }))
  })

  it('refuses a hello after its deadline, or from the future, by more than the clocks may differ', async () => {
    const start = 1_700_000_000_000
    const now = () => start
    await expectRefused('ERR_SESSION_DEADLINE', opening({ now }), accepting({ now: () => start + 150_001 }))
    ends = await transport.open()
    await expectRefused('ERR_SESSION_DEADLINE', opening({ now }), accepting({ now: () => start - 120_001 }))
    ends = await transport.open()
    await openSession(ends[0], opening({ now }))
    await acceptSession(ends[1], accepting({ now: () => start + 150_000 }))
    ends = await transport.open()
    await openSession(ends[0], opening({ now }))
    await acceptSession(ends[1], accepting({ now: () => start - 120_000 }))
  })

  it('refuses by the policy of its caller, with the code of the policy', async () => {
    const authorize = async () => fail('ERR_POINTS_INSUFFICIENT', 'expected 10 points, found 3')
    await expectRefused('ERR_POINTS_INSUFFICIENT', opening(), accepting({ authorize }))
  })

  it('tells the peer nothing of failures of its own', async () => {
    for (const authorize of [
      () => {
        throw new TypeError('secret path')
      },
      () => fail('ERR_VERIFY_OPEN', 'row 17 did not open'),
      () => fail('ERR_KEY_FILE', 'secret path'),
    ]) {
      const accepted = acceptSession(ends[1], accepting({ authorize })).catch((error: unknown) => error)
      const session = await openSession(ends[0], opening())
      const error = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
      expect(error.details).toEqual({ party: 'firm-b', peerCode: 'ERR_INTERNAL' })
      expect(await accepted).toBeInstanceOf(Error)
      ends = await transport.open()
    }
  })

  it('lets a refused initiator that still sends hear of the refusal', async () => {
    const accepted = expectCodeAsync(
      'ERR_POINTS_INSUFFICIENT',
      acceptSession(ends[1], accepting({ authorize: () => fail('ERR_POINTS_INSUFFICIENT', 'none') })),
    )
    const session = await openSession(ends[0], opening())
    // More than any transport holds for a receiver that does not read.
    for (let i = 0; i < 100; i++) await session.send(new Uint8Array(100_000))
    await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
    await accepted
  })
})

describe('session over gRPC with real certificates', () => {
  it('refuses a member who connects with the certificate of another member', async () => {
    const server = await grpcTransport.listen()
    const tls = await authority.issue('firm-c')
    const connection = grpcTransport.connect(server.address, { tls })
    const session = await openSession(await connection.open(), opening())
    await expectCodeAsync('ERR_PEER_IDENTITY', acceptSession(await server.take(), accepting()))
    const error = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
    expect(error.details['peerCode']).toBe('ERR_PEER_IDENTITY')
    connection.close()
    await server.close(0)
  })
})
