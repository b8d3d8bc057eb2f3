import { setTimeout as wait } from 'node:timers/promises'

/**
 * Starts `run` at Poisson arrivals of `rate` a second for `durationMs`, whether those before have ended or not, and waits
 * for all. A latency counts from the moment that the arrival was due, so that a generator that is late hides nothing.
 *
 * @param uniform random numbers in [0, 1)
 * @returns latencies in milliseconds
 */
export async function openLoop(
  rate: number,
  durationMs: number,
  run: () => Promise<unknown>,
  uniform: () => number = Math.random,
): Promise<number[]> {
  const latencies: number[] = []
  const running: Promise<void>[] = []
  const startedAt = performance.now()
  let due = startedAt
  for (;;) {
    due += (-Math.log(1 - uniform()) * 1_000) / rate
    if (due > startedAt + durationMs) break
    const early = due - performance.now()
    if (early > 0) await wait(early)
    const dueAt = due
    running.push(run().then(() => void latencies.push(performance.now() - dueAt)))
  }
  await Promise.all(running)
  return latencies
}

/** Runs `run` again and again in `lanes` at once for `durationMs`. @returns when each ended, in milliseconds from the start */
export async function closedLoop(
  lanes: number,
  durationMs: number,
  run: () => Promise<unknown>,
): Promise<number[]> {
  const startedAt = performance.now()
  const ends: number[] = []
  const lane = async () => {
    while (performance.now() - startedAt < durationMs) {
      await run()
      ends.push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return ends
}
