/** Times `count` runs one after the other, in milliseconds each; `prepare` is not timed. */
export async function timeEach<T>(
  count: number,
  prepare: (index: number) => T,
  run: (prepared: T) => unknown,
): Promise<number[]> {
  const samples: number[] = []
  for (let i = 0; i < count; i++) {
    const prepared = prepare(i)
    const start = performance.now()
    await run(prepared)
    samples.push(performance.now() - start)
  }
  return samples
}

/** How long one run takes, in milliseconds. */
export async function timeOnce(run: () => unknown): Promise<number> {
  const [elapsed = 0] = await timeEach(1, () => undefined, run)
  return elapsed
}
