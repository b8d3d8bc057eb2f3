import { channelCompliance } from '../../testing/channel-compliance.ts'
import { testConnection, testServer } from './test-server.ts'

channelCompliance('gRPC channel', async options => {
  const server = await testServer(options)
  const connection = testConnection(server.address, options)
  return {
    async open() {
      const opened = await connection.open()
      return [opened, await server.take()]
    },
    async close() {
      connection.close()
      await server.close(0)
    },
  }
})
