import { ChannelCredentials, Client, type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { expectCodeAsync } from '../../testing/index.ts'
import { type FrameMessage, MESSAGE_BYTES } from '../framed-channel.ts'
import type { Channel } from '../index.ts'
import { sessionMethod } from './service.ts'
import { firmA, grpcTransport, type TestListener } from '../tls/test-transports.ts'

const cleanups: (() => unknown)[] = []
const takers: TestListener[] = []
const { ABORTED } = status

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function pairWithLimits(openerLimit: number, takerLimit: number): Promise<[Channel, Channel]> {
  const server = await grpcTransport.listen({ maxFrameBytes: takerLimit })
  const connection = grpcTransport.connect(server.address, { maxFrameBytes: openerLimit })
  cleanups.push(
    () => server.close(0),
    () => connection.close(),
  )
  return [await connection.open(), await server.take()]
}

/** A client that speaks gRPC but keeps to no rule of ours. */
async function lawlessClient(): Promise<{
  call: ClientDuplexStream<FrameMessage, FrameMessage>
  taken: Channel
}> {
  const server = await grpcTransport.listen()
  takers.push(server)
  const credentials = ChannelCredentials.createSsl(
    Buffer.from(firmA.ca),
    Buffer.from(firmA.key),
    Buffer.from(firmA.certificate),
    { checkServerIdentity: () => undefined },
  )
  const client = new Client(server.address, credentials, { 'grpc.ssl_target_name_override': 'mixun' })
  cleanups.push(
    () => server.close(0),
    () => client.close(),
  )
  const call = client.makeBidiStreamRequest<FrameMessage, FrameMessage>(
    sessionMethod.path,
    sessionMethod.requestSerialize,
    sessionMethod.responseDeserialize,
  )
  call.on('data', () => {})
  call.on('error', () => {})
  return { call, taken: await server.take() }
}

async function statusOf(call: ClientDuplexStream<FrameMessage, FrameMessage>): Promise<status> {
  return new Promise(resolve => call.on('error', (error: ServiceError) => resolve(error.code)))
}

describe('limits of the gRPC channel', () => {
  it('carries frames far above one gRPC message', async () => {
    const [opened, taken] = await pairWithLimits(16_777_216, 16_777_216)
    const frame = Uint8Array.from({ length: 5 * MESSAGE_BYTES + 17 }, (_, i) => i % 253)
    for (const size of [frame.length, MESSAGE_BYTES, MESSAGE_BYTES + 1]) {
      const sending = opened.send(frame.subarray(0, size))
      expect(Buffer.compare(await taken.receive(), frame.subarray(0, size))).toBe(0)
      await sending
    }
  })

  it('refuses and closes when a client ignores the limit', async () => {
    const [opened, taken] = await pairWithLimits(16_777_216, 1_000)
    const sending = opened.send(new Uint8Array(1_001))
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', taken.receive())
    await sending
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', opened.receive())
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', opened.send(Uint8Array.of(1)))
  })

  it('refuses and closes when a client ignores the limit by far', async () => {
    const [opened, taken] = await pairWithLimits(67_108_864, 300_000)
    const sending = opened.send(new Uint8Array(67_108_864))
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', taken.receive())
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', sending)
  })

  it('refuses and closes when a server ignores the limit', async () => {
    const [opened, taken] = await pairWithLimits(1_000, 16_777_216)
    await taken.send(new Uint8Array(1_001))
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', opened.receive())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', taken.receive())
  })

  it('refuses a gRPC message above the size of a piece', async () => {
    const { call, taken } = await lawlessClient()
    call.write({ payload: new Uint8Array(2 * MESSAGE_BYTES), more: false, end: false })
    await expectCodeAsync('ERR_CHANNEL_CLOSED', taken.receive())
    expect(await statusOf(call)).toBe(status.RESOURCE_EXHAUSTED)
  })

  it('refuses small pieces, which would pile up', async () => {
    const { call, taken } = await lawlessClient()
    call.write({ payload: new Uint8Array(0), more: true, end: false })
    await expectCodeAsync('ERR_DECODE_LENGTH', taken.receive())
    expect(await statusOf(call)).toBe(status.ABORTED)
  })

  it('takes the half-close of a client for its end', async () => {
    const { call, taken } = await lawlessClient()
    call.write({ payload: Uint8Array.of(1), more: false, end: false })
    call.end()
    expect(await taken.receive()).toEqual(Uint8Array.of(1))
    await expectCodeAsync('ERR_CHANNEL_CLOSED', taken.receive())
    const ended = new Promise(resolve => call.on('status', ({ code }) => resolve(code)))
    await taken.close()
    expect(await ended).toBe(status.OK)
  })

  it('takes one channel after the other from one call', async () => {
    const { call, taken } = await lawlessClient()
    call.write({ payload: new Uint8Array(0), more: false, end: true })
    await taken.close()
    call.write({ payload: new Uint8Array(0), more: false, end: false, begin: true } as FrameMessage)
    call.write({ payload: Uint8Array.of(2), more: false, end: false })
    const next = await (takers.at(-1) as TestListener).take()
    expect(await next.receive()).toEqual(Uint8Array.of(2))
  })

  it.each([
    ['a channel that begins before the last one ended', { begin: true }, false],
    ['a message between two channels', { begin: false }, true],
  ])('ends the call for %s', async (_what, message, isEnded) => {
    const { call, taken } = await lawlessClient()
    if (isEnded) {
      call.write({ payload: new Uint8Array(0), more: false, end: true })
      await taken.close()
    }
    const status = statusOf(call)
    call.write({ payload: new Uint8Array(0), more: false, end: false, ...message })
    if (!isEnded) await expectCodeAsync('ERR_DECODE_SCHEMA', taken.receive())
    expect(await status).toBe(ABORTED)
  })

  it('lets one connection open no more streams than allowed at a time', async () => {
    const server = await grpcTransport.listen({ maxStreamsPerConnection: 2 })
    const connection = grpcTransport.connect(server.address)
    const [opened] = [await connection.open(), await connection.open(), await connection.open()]
    const taken = await server.take()
    await opened.send(Uint8Array.of(1))
    await taken.receive()
    expect(server.takenCount).toBe(2)
    connection.close()
    await server.close(0)
  })
})
