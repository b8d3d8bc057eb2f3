import { Writer } from '@mixun/core/codec'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { sessionPair } from '../testing/sessions.ts'
import { decodeSyncChunk, decodeSyncHeader, encodeSyncHeader } from './codec.ts'
import { decodeDeltaAnswer, decodeDeltaRequest, encodeDeltaAnswer } from './codec.ts'
import {
  DELTA_SYNC_PROTOCOL,
  type DeltaRequest,
  deltaSyncParameters,
  runDeltaSyncClient,
  runDeltaSyncServer,
  runTableSyncClient,
  runTableSyncServer,
  tableSyncParameters,
} from './index.ts'

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

describe('deltas', () => {
  const openDeltas = () => sessionPair({ protocol: DELTA_SYNC_PROTOCOL, parameters: deltaSyncParameters.id })

  it('brings those between two versions, in order, and says how far it is', async () => {
    const { client, server } = await openDeltas()
    const asked: DeltaRequest[] = []
    const progress: string[] = []
    const onProgress = (done: number, total: number) => progress.push(`${done}/${total}`)
    const [received] = await Promise.all([
      runDeltaSyncClient(client, { from: 3, to: 5, deltaBytes: 7, onProgress }),
      runDeltaSyncServer(server, async request => {
        asked.push(request)
        return [new Uint8Array(7).fill(4), new Uint8Array(7).fill(5)]
      }),
    ])
    expect(asked).toEqual([{ from: 3, to: 5 }])
    expect(received?.map(delta => delta[0])).toEqual([4, 5])
    expect(progress).toEqual(['1/2', '2/2'])
  })

  it('says that the whole table is shorter', async () => {
    const { client, server } = await openDeltas()
    const request = { from: 0, to: 9, deltaBytes: 7 }
    const [received] = await Promise.all([
      runDeltaSyncClient(client, request),
      runDeltaSyncServer(server, async () => null),
    ])
    expect(received).toBeNull()
  })

  it('refuses a delta of another length', async () => {
    const { client, server } = await openDeltas()
    const serving = runDeltaSyncServer(server, async () => [new Uint8Array(8)]).catch(() => undefined)
    await expectCodeAsync('ERR_DECODE_LENGTH', runDeltaSyncClient(client, { from: 0, to: 1, deltaBytes: 7 }))
    client.abort()
    await serving
  })
})

describe('codec', () => {
  it('refuses versions that do not ascend, other answers, and frames of another length', () => {
    for (const versions of [
      [1, 1],
      [2, 1],
    ] as const) {
      const frame = new Writer().uint32(versions[0]).uint32(versions[1]).finish()
      expectCode('ERR_DECODE_SCHEMA', () => decodeDeltaRequest(frame))
    }
    expectCode('ERR_DECODE_LENGTH', () => decodeDeltaRequest(new Uint8Array(7)))
    expectCode('ERR_DECODE_TRAILING', () => decodeDeltaRequest(new Uint8Array(9)))
    expect(decodeDeltaAnswer(encodeDeltaAnswer('whole'))).toBe('whole')
    expectCode('ERR_DECODE_SCHEMA', () => decodeDeltaAnswer(Uint8Array.of(2)))
    expectCode('ERR_DECODE_TRAILING', () => decodeDeltaAnswer(Uint8Array.of(0, 0)))
  })

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
