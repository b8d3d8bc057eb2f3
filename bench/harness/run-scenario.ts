import type { SuiteId } from '@mixun/core/suite'
import { recordEnvironment } from './environment.ts'
import { compare, type Result, resultSchema } from './result.ts'
import type { Scenario } from './scenario.ts'

export interface RunOptions {
  readonly isQuick: boolean
  /** Settings that differ from the standard or quick ones. */
  readonly changes: Readonly<Record<string, number>>
  /** Of those that a scenario by suite runs in. */
  readonly suites: readonly SuiteId[]
  readonly progress: (text: string) => void
}

/** Runs a scenario and makes its result. @throws what the scenario throws */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const { isQuick, changes, suites, progress } = options
  const settings = Object.fromEntries(
    Object.entries(scenario.settings).map(([name, { standard, quick }]) => {
      return [name, changes[name] ?? (isQuick ? quick : standard)]
    }),
  )
  const endRecord = recordEnvironment()
  const { measurements, sides, notes } = await scenario.run({ settings, suites, progress })
  return resultSchema.parse({
    format: 'mixun-bench-1',
    scenario: scenario.name,
    summary: scenario.summary,
    settings,
    isQuick,
    environment: endRecord(),
    sides,
    measurements,
    comparisons: compare(measurements),
    notes,
  })
}
