import { channelCompliance } from '../../testing/channel-compliance.ts'
import { INNER_OVERHEAD_BYTES, memoryChannelPair } from '../index.ts'
import { TRANSPORTS } from '../tls/test-transports.ts'
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

for (const [name, transport] of TRANSPORTS) {
  channelCompliance(
    `inner channel over ${name}, the first full, the others resumed`,
    async ({ maxFrameBytes }) => {
      const limit = { maxFrameBytes: maxFrameBytes + INNER_OVERHEAD_BYTES }
      const server = await transport.listen(limit)
      const connection = transport.connect(server.address, limit)
      const memory = new Memory()
      return {
        async open() {
          const opened = await connection.open()
          return innerPair([opened, await server.take()], memory)
        },
        async close() {
          connection.close(0)
          await server.close(0)
        },
      }
    },
    LOST,
  )
}
