export { type Channel, type ChannelCounters, DEFAULT_MAX_FRAME_BYTES, type WaitOptions } from './channel.ts'
export { INNER_OVERHEAD_BYTES, InnerChannel } from './inner-channel.ts'
export { type MemoryChannelOptions, memoryChannelPair } from './memory.ts'
export { throwIfEnded, waitFor } from './wait.ts'
