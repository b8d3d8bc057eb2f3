import { Client } from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expectCodeAsync } from '../../testing/index.ts'
import type { Channel, Connection } from '../index.ts'
import { type TestListener, TRANSPORTS } from './test-transports.ts'

describe.each(TRANSPORTS)('%s connection', (_name, transport) => {
  let listener: TestListener
  let connection: Connection

  beforeEach(async () => {
    listener = await transport.listen({ maxSocketsPerParty: 2, maxStreamsPerConnection: 2 })
    connection = transport.connect(listener.address)
  })
  afterEach(async () => {
    connection.close(0)
    await listener.close(0)
    vi.restoreAllMocks()
  })

  async function openPair(): Promise<[Channel, Channel]> {
    return [await connection.open(), await listener.take()]
  }

  async function exchange([opened, taken]: [Channel, Channel], value: number): Promise<void> {
    await opened.send(Uint8Array.of(value))
    expect(await taken.receive()).toEqual(Uint8Array.of(value))
    await Promise.all([opened.close(), taken.close()])
    await expectCodeAsync('ERR_CHANNEL_CLOSED', opened.receive())
    await expectCodeAsync('ERR_CHANNEL_CLOSED', taken.receive())
  }

  it('carries more channels than sockets or calls, one after the other', async () => {
    const calls = vi.spyOn(Client.prototype, 'makeBidiStreamRequest')
    const stalled = await openPair()
    for (let i = 0; i < 20; i++) await exchange(await openPair(), i)
    await exchange(stalled, 99)
    expect(listener.takenCount).toBe(21)
    expect(calls.mock.calls.length).toBeLessThanOrEqual(2)
  })

  it('leaves the next channel of the socket alone when the one before is aborted late', async () => {
    const [before, beforeTaken] = await openPair()
    await exchange([before, beforeTaken], 1)
    const [opened, taken] = await openPair()
    before.abort()
    beforeTaken.abort()
    await exchange([opened, taken], 2)
    expect(opened.counters).toMatchObject({ sentFrames: 1, receivedFrames: 0 })
  })

  it('gives every channel of a socket its whole window', async () => {
    for (let round = 0; round < 3; round++) {
      const [opened, taken] = await openPair()
      const sending = Promise.all(Array.from({ length: 40 }, (_, i) => opened.send(Uint8Array.of(i))))
      for (let i = 0; i < 40; i++) expect(await taken.receive()).toEqual(Uint8Array.of(i))
      await sending
      await Promise.all([opened.close(), taken.close()])
      await expectCodeAsync('ERR_CHANNEL_CLOSED', opened.receive())
    }
  })
})
