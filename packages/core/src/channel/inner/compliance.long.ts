import { channelCompliance } from '../../testing/channel-compliance.ts'
import { INNER_OVERHEAD_BYTES, memoryChannelPair } from '../index.ts'
import { ResponderTickets } from './index.ts'
import { innerPair, Memory, prime } from './test-links.ts'

const LOST = ['ERR_CHANNEL_CLOSED', 'ERR_CHANNEL_TRUNCATED'] as const

/** What the sides remember when a channel opens: the same ticket, or a ticket that the responder forgot. */
const memories = {
  resumed: async () => {
    const memory = new Memory()
    await prime(memoryChannelPair(), memory)
    return memory
  },
  'stale ticket': async () => {
    const memory = await memories.resumed()
    memory.responder = new ResponderTickets()
    return memory
  },
}

for (const kind of ['resumed', 'stale ticket'] as const) {
  channelCompliance(
    `inner channel over memory, ${kind}`,
    async ({ maxFrameBytes }) => ({
      async open() {
        const pair = memoryChannelPair({ maxFrameBytes: maxFrameBytes + INNER_OVERHEAD_BYTES })
        return innerPair(pair, await memories[kind]())
      },
      close: async () => {},
    }),
    LOST,
  )
}
