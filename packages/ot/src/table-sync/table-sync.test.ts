import { Writer } from '@mixun/core/codec'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { sessionPair } from '../testing/sessions.ts'
import { decodeSyncChunk, decodeSyncHeader, encodeSyncHeader } from './codec.ts'
import { runTableSyncClient, runTableSyncServer, tableSyncParameters } from './index.ts'

const { chunkBytes } = tableSyncParameters
const open = () => sessionPair({ protocol: 'table-sync', parameters: tableSyncParameters.id })
const content = (length: number) => seededRandom(`content ${length}`).bytes(length)

describe('download', () => {
  it.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes])(
    'brings %i bytes unchanged',
    async length => {
      const { client, server } = await open()
      const sent = content(length)
      const progress: number[] = []
      const [received] = await Promise.all([
        runTableSyncClient(client, { maxBytes: length, onProgress: done => progress.push(done) }),
        runTableSyncServer(server, sent),
      ])
      expect(Buffer.compare(received, sent)).toBe(0)
      expect(progress.at(-1) ?? 0).toBe(length)
    },
  )

  it('stops before a content that is larger than the commitment allows', async () => {
    const { client, server } = await open()
    const serving = runTableSyncServer(server, content(101)).catch(() => undefined)
    await expectCodeAsync('ERR_DECODE_LENGTH', runTableSyncClient(client, { maxBytes: 100 }))
    client.abort()
    await serving
  })

  it('notices a provider that ends too early', async () => {
    const { client, server } = await open()
    await server.send(encodeSyncHeader({ totalBytes: 2 * chunkBytes }))
    await server.send(content(chunkBytes))
    await server.close()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', runTableSyncClient(client, { maxBytes: 2 * chunkBytes }))
  })
})

describe('codec', () => {
  it('refuses a truncated header, a longer one and a size beyond 2^53', () => {
    expectCode('ERR_DECODE_LENGTH', () => decodeSyncHeader(new Uint8Array(7), 10))
    expectCode('ERR_DECODE_TRAILING', () => decodeSyncHeader(new Uint8Array(9), 10))
    const huge = new Writer().raw(new Uint8Array(8).fill(0xff)).finish()
    expectCode('ERR_DECODE_SCHEMA', () => decodeSyncHeader(huge, 10))
  })

  it('refuses a chunk that is neither full nor the last', () => {
    expect(decodeSyncChunk(content(5), 5).content).toHaveLength(5)
    for (const length of [0, 4, 6]) expectCode('ERR_DECODE_LENGTH', () => decodeSyncChunk(content(length), 5))
    expectCode('ERR_DECODE_LENGTH', () => decodeSyncChunk(content(chunkBytes - 1), chunkBytes + 1))
  })
})
