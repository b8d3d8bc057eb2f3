import { createSecureContext } from 'node:tls'
import { ChannelCredentials, Client } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectCodeAsync } from '../../testing/index.ts'
import type { FrameMessage } from '../framed-channel.ts'
import { firmA, grpcTransport, type TestListener } from '../tls/test-transports.ts'
import { diagnose } from './diagnose.ts'
import { sessionMethod } from './service.ts'

describe('mutual TLS of the gRPC channel', () => {
  let server: TestListener

  beforeAll(async () => {
    server = await grpcTransport.listen()
  })

  afterAll(() => server.close(0))

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
})
