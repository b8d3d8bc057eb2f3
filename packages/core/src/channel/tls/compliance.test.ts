import { channelCompliance } from '../../testing/channel-compliance.ts'
import type { Channel } from '../index.ts'
import { TRANSPORTS } from './test-transports.ts'

for (const [name, transport] of TRANSPORTS) {
  channelCompliance(`${name} channel`, async options => {
    const listener = await transport.listen(options)
    const connection = transport.connect(listener.address, options)
    return {
      async open(): Promise<[Channel, Channel]> {
        const opened = await connection.open()
        // A WebSocket's taker hears of a channel with its first message.
        return [opened, await listener.take()]
      },
      async close() {
        connection.close(0)
        await listener.close(0)
      },
    }
  })
}
