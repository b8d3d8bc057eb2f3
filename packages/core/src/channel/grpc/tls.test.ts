import { connect, createSecureContext } from 'node:tls'
import { ChannelCredentials, Client } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectCode, expectCodeAsync } from '../../testing/index.ts'
import type { ConnectGrpcOptions } from './client.ts'
import { diagnose } from './diagnose.ts'
import { serveGrpc } from './server.ts'
import { type FrameMessage, sessionMethod } from './service.ts'
import { testAuthority } from './test-certificates.ts'
import { authority, firmA, firmB, type TestServer, testConnection, testServer } from './test-server.ts'

describe('mutual TLS of the gRPC channel', () => {
  let server: TestServer

  beforeAll(async () => {
    server = await testServer()
  })

  afterAll(() => server.close(0))

  /** Opens a channel and uses it, expecting ERR_CHANNEL_TLS, and that the server took nothing. */
  async function expectRefused(options: Partial<ConnectGrpcOptions>): Promise<string> {
    const before = server.takenCount
    const connection = testConnection(server.address, options)
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
    const connection = testConnection(server.address)
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

  it('refuses a client without a certificate', async () => {
    const before = server.takenCount
    const options = { 'grpc.ssl_target_name_override': 'mixun' }
    const credentials = ChannelCredentials.createSsl(Buffer.from(firmA.ca), null, null, {
      checkServerIdentity: () => undefined,
    })
    const client = new Client(server.address, credentials, options)
    const call = client.makeBidiStreamRequest<FrameMessage, FrameMessage>(
      sessionMethod.path,
      sessionMethod.requestSerialize,
      sessionMethod.responseDeserialize,
    )
    await new Promise(resolve => call.on('error', resolve))
    client.close()
    expect(server.takenCount).toBe(before)
  })

  it('speaks TLS 1.3 only: before it, certificates travel in the clear', async () => {
    const handshake = (version: 'TLSv1.2' | 'TLSv1.3') =>
      new Promise(resolve => {
        const { ca, certificate: cert, key } = firmA
        const versions = { minVersion: version, maxVersion: version } as const
        const options = { port: server.port, ca, cert, key, ALPNProtocols: ['h2'], ...versions }
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

  it('tells a missing client certificate from a broken network', async () => {
    const error = await diagnose({
      host: '127.0.0.1',
      port: server.port,
      servername: 'mixun',
      peerName: 'firm-b',
      secureContext: createSecureContext({ ca: firmA.ca, minVersion: 'TLSv1.3' }),
      checkServerIdentity: () => undefined,
      timeoutMs: 5_000,
    })
    await expectCodeAsync('ERR_CHANNEL_TLS', Promise.reject(error))
  })

  it('refuses an expired server certificate', async () => {
    const expired = await testServer({ tls: await authority.issue('firm-b', { days: -1 }) })
    const connection = testConnection(expired.address)
    const error = await expectCodeAsync('ERR_CHANNEL_TLS', connection.open())
    expect(error.details['reason']).toBe('CERT_HAS_EXPIRED')
    connection.close()
    await expired.close(0)
  })

  it('refuses material that is no certificate and key', async () => {
    const broken = { ...firmB, key: 'none' }
    expectCode('ERR_CHANNEL_TLS', () => testConnection(server.address, { tls: broken }))
    const serving = serveGrpc({ host: '127.0.0.1', port: 0, tls: broken, onChannel: () => {} })
    await expectCodeAsync('ERR_CHANNEL_TLS', serving)
  })

  it('refuses a key of another certificate', () => {
    const mixed = { ...firmA, key: firmB.key }
    expectCode('ERR_CHANNEL_TLS', () => testConnection(server.address, { tls: mixed }))
  })
})
