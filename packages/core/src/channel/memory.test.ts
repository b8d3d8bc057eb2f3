import { describe, expect, it } from 'vitest'
import { channelCompliance } from '../testing/channel-compliance.ts'
import { expectCodeAsync } from '../testing/index.ts'
import { memoryChannelPair } from './index.ts'

channelCompliance('memory channel', async options => ({
  open: async () => memoryChannelPair(options),
  close: async () => {},
}))

channelCompliance('memory channel of a simulated network', async options => ({
  open: async () => memoryChannelPair({ ...options, latencyMs: 1, bytesPerSecond: 1e9 }),
  close: async () => {},
}))

describe('memory channel', () => {
  it('names the other end', () => {
    const [first, second] = memoryChannelPair({ names: ['firm-a', 'firm-b'] })
    expect([first.peerName, second.peerName]).toEqual(['firm-b', 'firm-a'])
    expect(memoryChannelPair()[0].peerName).toBeUndefined()
  })

  it('takes frames of 1 MiB by default and a limit of its own', async () => {
    expect(memoryChannelPair()[0].maxFrameBytes).toBe(1_048_576)
    const [first] = memoryChannelPair({ maxFrameBytes: 4 })
    await expectCodeAsync('ERR_LIMIT_FRAME_BYTES', first.send(new Uint8Array(5)))
  })

  it('does not deliver before the simulated network would', async () => {
    const [first, second] = memoryChannelPair({ latencyMs: 20, bytesPerSecond: 100_000 })
    const start = performance.now()
    await first.send(new Uint8Array(1_000))
    await first.send(new Uint8Array(1_000))
    await second.receive()
    await second.receive()
    // A lower bound that the clock guarantees: two frames of 10 ms each, one after the other, and the delay.
    expect(performance.now() - start).toBeGreaterThanOrEqual(40)
  })

  it('delivers a frame above the held bytes when nothing else is held', async () => {
    const [first, second] = memoryChannelPair({ maxFrameBytes: 5_000_000 })
    await first.send(new Uint8Array(5_000_000))
    expect(await second.receive()).toHaveLength(5_000_000)
  })

  it('fails a send that waits for room when the peer aborts', async () => {
    const [first, second] = memoryChannelPair()
    const sends = Array.from({ length: 65 }, () => first.send(new Uint8Array(1)))
    second.abort()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', sends[64] as Promise<void>)
  })
})
