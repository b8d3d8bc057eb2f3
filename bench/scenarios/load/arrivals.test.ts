import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { closedLoop, openLoop } from './arrivals.ts'

describe('open-loop arrivals', () => {
  it('do not wait for those before', async () => {
    let open = 0
    let most = 0
    const latencies = await openLoop(500, 100, async () => {
      most = Math.max(most, ++open)
      await wait(60)
      open--
    })
    expect(latencies.length).toBeGreaterThan(5)
    expect(most).toBeGreaterThan(3)
  })

  it('come as many as the rate says, whatever the gaps', async () => {
    // Gaps of exactly 1/rate: -log(1 - u) = 1.
    const latencies = await openLoop(
      100,
      205,
      async () => {},
      () => 1 - Math.exp(-1),
    )
    expect(latencies).toHaveLength(20)
  })

  it('count from when they were due: one that blocks the thread delays the next', async () => {
    let calls = 0
    const latencies = await openLoop(
      100,
      45,
      async () => {
        const until = performance.now() + (calls++ === 0 ? 100 : 0)
        while (performance.now() < until);
      },
      () => 1 - Math.exp(-1),
    )
    expect(latencies).toHaveLength(4)
    expect(Math.max(...latencies.slice(1))).toBeGreaterThan(50)
  })

  it('of a closed loop follow each other in their lanes', async () => {
    let open = 0
    let most = 0
    const ends = await closedLoop(3, 30, async () => {
      most = Math.max(most, ++open)
      await wait(5)
      open--
    })
    expect(most).toBe(3)
    expect(ends.length).toBeGreaterThanOrEqual(3)
  })
})
