import { Bench } from 'tinybench'
import { type Measurement, measurement, OWN_SIDE } from './result.ts'

/** One synchronous or asynchronous operation to time. */
export interface Step {
  readonly name: string
  /** Default: mixun. */
  readonly side?: string
  /** Whether `run` returns a promise. */
  readonly isAsync?: boolean
  /** Makes what one run needs and uses up; not timed. */
  readonly prepare?: () => unknown
  readonly run: () => unknown
}

export interface TimeStepsOptions {
  /** Rounds; in each of them every step runs for `timeMs`, so that a busy moment of the machine hits all sides. */
  readonly rounds: number
  /** Time for each step in each round, in milliseconds, without what `prepare` takes. */
  readonly timeMs: number
  /** Fewest runs of a step in a round. */
  readonly minRuns: number
}

/** Times steps with tinybench, in milliseconds a run. @throws what a step throws */
export async function timeSteps(
  group: string,
  steps: readonly Step[],
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  const samples = steps.map((): number[] => [])
  for (let round = 0; round < options.rounds; round++) {
    const bench = new Bench({
      time: options.timeMs,
      iterations: options.minRuns,
      // Code is warm after the first round; where there is one only, the figures are not worth a warm-up.
      warmup: round === 0 && options.rounds > 1,
      warmupTime: options.timeMs / 2,
      warmupIterations: 1,
      retainSamples: true,
      throws: true,
    })
    for (const [i, { run, prepare, isAsync = false }] of steps.entries()) {
      const hooks = prepare === undefined ? {} : { beforeEach: async () => void (await prepare()) }
      bench.add(String(i), run, { ...hooks, async: isAsync })
    }
    await bench.run()
    for (const [i, task] of bench.tasks.entries()) {
      const { result } = task
      if (!('latency' in result)) throw new Error(`${group}, ${steps[i]?.name}: expected timings`)
      samples[i]?.push(...(result.latency.samples ?? []))
    }
  }
  return steps.map(({ name, side = OWN_SIDE }, i) =>
    measurement(group, name, 'ms', samples[i] as number[], side),
  )
}
