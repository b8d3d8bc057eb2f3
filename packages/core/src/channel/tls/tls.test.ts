import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectCode, expectCodeAsync } from '../../testing/index.ts'
import { testAuthority } from './test-certificates.ts'
import {
  authority,
  firmA,
  firmB,
  type TestListener,
  TRANSPORTS,
  type TestTransport,
} from './test-transports.ts'

describe.each(TRANSPORTS)('mutual TLS of the %s channel', (_name, { listen, connect: connectTo }) => {
  let server: TestListener

  beforeAll(async () => {
    server = await listen()
  })

  afterAll(() => server.close(0))

  /** Opens a channel and uses it, expecting ERR_CHANNEL_TLS, and that the server took nothing. */
  async function expectRefused(options: Parameters<TestTransport['connect']>[1]): Promise<string> {
    const before = server.takenCount
    const connection = connectTo(server.address, options)
    const useChannel = async () => {
      const channel = await connection.open()
      await channel.send(Uint8Array.of(1))
      await channel.receive()
    }
    const error = await expectCodeAsync('ERR_CHANNEL_TLS', useChannel())
    connection.close()
    expect(server.takenCount).toBe(before)
    return error.message
  }

  it('names each party to the other by its certificate', async () => {
    const connection = connectTo(server.address)
    const channel = await connection.open()
    expect(channel.peerName).toBe('firm-b')
    expect((await server.take()).peerName).toBe('firm-a')
    channel.abort()
    connection.close()
  })

  it('refuses a server whose certificate names another party', async () => {
    expect(await expectRefused({ peerName: 'firm-c' })).toContain('names firm-b')
  })

  it('refuses a server of a foreign CA', async () => {
    const foreign = await testAuthority('foreign CA')
    await expectRefused({ tls: { ...firmA, ca: foreign.ca } })
  })

  it('refuses a server of a foreign CA that has the name of ours', async () => {
    const foreign = await testAuthority()
    await expectRefused({ tls: { ...firmA, ca: foreign.ca } })
  })

  it('refuses a client certificate of a foreign CA', async () => {
    const foreign = await (await testAuthority('foreign CA')).issue('firm-a')
    await expectRefused({ tls: { ...foreign, ca: firmA.ca } })
  })

  it('refuses an expired client certificate', async () => {
    await expectRefused({ tls: await authority.issue('firm-a', { days: -1 }) })
  })

  it('refuses a client certificate that names no party', async () => {
    await expectRefused({ tls: await authority.issue('firm-a', { names: [] }) })
    await expectRefused({ tls: await authority.issue('firm-a', { names: ['https://party/firm-a'] }) })
  })

  it('refuses a client certificate that names two parties', async () => {
    const names = ['mixun://party/firm-a', 'mixun://party/firm-c']
    await expectRefused({ tls: await authority.issue('firm-a', { names }) })
  })

  it('speaks TLS 1.3 only: before it, certificates travel in the clear', async () => {
    const handshake = (version: 'TLSv1.2' | 'TLSv1.3') =>
      new Promise(resolve => {
        const { ca, certificate: cert, key } = firmA
        const versions = { minVersion: version, maxVersion: version } as const
        const options = { port: server.port, ca, cert, key, ...versions }
        const socket = connect({ ...options, checkServerIdentity: () => undefined })
        socket.on('secureConnect', () => {
          resolve(socket.getProtocol())
          socket.destroy()
        })
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      })
    expect(await handshake('TLSv1.3')).toBe('TLSv1.3')
    expect(await handshake('TLSv1.2')).toMatch(/PROTOCOL_VERSION$/)
  })

  it('refuses an expired server certificate', async () => {
    const expired = await listen({ tls: await authority.issue('firm-b', { days: -1 }) })
    const connection = connectTo(expired.address)
    const error = await expectCodeAsync('ERR_CHANNEL_TLS', connection.open())
    expect(error.details['reason']).toBe('CERT_HAS_EXPIRED')
    connection.close()
    await expired.close(0)
  })

  it('refuses material that is no certificate and key', async () => {
    const broken = { ...firmB, key: 'none' }
    expectCode('ERR_CHANNEL_TLS', () => connectTo(server.address, { tls: broken }))
    const serving = listen({ tls: broken })
    await expectCodeAsync('ERR_CHANNEL_TLS', serving)
  })

  it('refuses a key of another certificate', () => {
    const mixed = { ...firmA, key: firmB.key }
    expectCode('ERR_CHANNEL_TLS', () => connectTo(server.address, { tls: mixed }))
  })
})
