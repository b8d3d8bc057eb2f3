export { type Channel, type ChannelCounters, DEFAULT_MAX_FRAME_BYTES, type WaitOptions } from './channel.ts'
export { type MemoryChannelOptions, memoryChannelPair } from './memory.ts'
export { throwIfEnded, waitFor } from './wait.ts'
