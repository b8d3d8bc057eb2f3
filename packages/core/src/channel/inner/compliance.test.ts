import { channelCompliance } from '../../testing/channel-compliance.ts'
import { testConnection, testServer } from '../grpc/test-server.ts'
import { INNER_OVERHEAD_BYTES, memoryChannelPair } from '../index.ts'
import { innerPair, Memory } from './test-links.ts'

const LOST = ['ERR_CHANNEL_CLOSED', 'ERR_CHANNEL_TRUNCATED'] as const

channelCompliance(
  'inner channel over memory',
  async ({ maxFrameBytes }) => ({
    open: async () =>
      innerPair(memoryChannelPair({ maxFrameBytes: maxFrameBytes + INNER_OVERHEAD_BYTES }), new Memory()),
    close: async () => {},
  }),
  LOST,
)

channelCompliance(
  'inner channel over gRPC, the first full, the others resumed',
  async ({ maxFrameBytes }) => {
    const limit = { maxFrameBytes: maxFrameBytes + INNER_OVERHEAD_BYTES }
    const server = await testServer(limit)
    const connection = testConnection(server.address, limit)
    const memory = new Memory()
    return {
      async open() {
        const opened = await connection.open()
        const taken = await server.take()
        return innerPair([opened, taken], memory)
      },
      async close() {
        connection.close()
        await server.close(0)
      },
    }
  },
  LOST,
)
