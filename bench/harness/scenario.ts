import type { SuiteId } from '@mixun/core/suite'
import type { Measurement } from './result.ts'

/** A number that the command line can change. */
export interface Setting {
  readonly text: string
  readonly standard: number
  /** Its value with `--quick`. */
  readonly quick: number
}

export type SettingValues<S extends Record<string, Setting>> = { readonly [Name in keyof S]: number }

/** What a scenario works with. */
export interface ScenarioContext<S extends Record<string, Setting>> {
  readonly settings: SettingValues<S>
  /** The consortium suites to run in, for a scenario that runs by suite. */
  readonly suites: readonly SuiteId[]
  /** Tells the person at the terminal what is being done now. */
  readonly progress: (text: string) => void
}

/** What a scenario found. */
export interface ScenarioOutcome {
  readonly measurements: readonly Measurement[]
  /** What each side is, with its version. */
  readonly sides: Readonly<Record<string, string>>
  /** What a reader of the figures must know. */
  readonly notes: readonly string[]
}

/** One thing to measure. */
export interface Scenario<S extends Record<string, Setting> = Record<string, Setting>> {
  readonly name: string
  readonly summary: string
  readonly settings: S
  /** Whether it runs once for each suite of a consortium. */
  readonly isBySuite?: boolean
  readonly run: (context: ScenarioContext<S>) => Promise<ScenarioOutcome>
}

/** Measurements of a scenario in one suite: the suite stands before each group. */
export function inSuite(suite: SuiteId, measurements: readonly Measurement[]): Measurement[] {
  return measurements.map(each => ({ ...each, group: `suite ${suite}: ${each.group}` }))
}

/** Gives a scenario its type from its settings. */
export function scenario<const S extends Record<string, Setting>>(definition: Scenario<S>): Scenario {
  return definition as unknown as Scenario
}
