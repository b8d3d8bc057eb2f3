import { parseArgs } from 'node:util'
import { SUITE_IDS, type SuiteId } from '@mixun/core/suite'
import type { Scenario } from './scenario.ts'

/** A command line that asks for something that is not there. Its message is all that the user needs. */
export class UsageError extends Error {}

export interface Arguments {
  readonly action: 'run' | 'list' | 'help'
  readonly chosen: readonly Scenario[]
  readonly changes: Readonly<Record<string, number>>
  /** For scenarios that run by suite. */
  readonly suites: readonly SuiteId[]
  readonly isQuick: boolean
  readonly asJson: boolean
  readonly outFile: string | undefined
}

/** Reads the words after `bench/main.ts`. @throws UsageError */
export function readArguments(words: readonly string[], scenarios: readonly Scenario[]): Arguments {
  const values = parse(words)
  const chosen = values.only.length === 0 ? scenarios : values.only.map(name => find(name, scenarios))
  if (values.out !== undefined && chosen.length !== 1) {
    throw new UsageError('--out needs one scenario: add --only <name>')
  }
  return {
    action: values.help ? 'help' : values.list ? 'list' : 'run',
    chosen,
    changes: Object.fromEntries(values.set.map(word => readChange(word, chosen))),
    suites: readSuites(values.suite, chosen),
    isQuick: values.quick,
    asJson: values.json,
    outFile: values.out,
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        list: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        suite: { type: 'string', multiple: true, default: [] },
        set: { type: 'string', multiple: true, default: [] },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (--help shows all options)`)
  }
}

function find(name: string, scenarios: readonly Scenario[]): Scenario {
  const names = scenarios.map(scenario => scenario.name).join(', ')
  const found = scenarios.find(scenario => scenario.name === name)
  if (found === undefined) throw new UsageError(`--only ${name}: expected one of ${names}`)
  return found
}

/** All suites unless some are named. */
function readSuites(words: readonly string[], chosen: readonly Scenario[]): readonly SuiteId[] {
  if (words.length === 0) return SUITE_IDS
  if (!chosen.some(({ isBySuite }) => isBySuite === true)) {
    throw new UsageError('--suite: none of the chosen scenarios runs by suite')
  }
  const unknown = words.find(word => !SUITE_IDS.some(id => id === word))
  if (unknown !== undefined) {
    throw new UsageError(`--suite ${unknown}: expected one of ${SUITE_IDS.join(', ')}`)
  }
  return SUITE_IDS.filter(id => words.includes(id))
}

function readChange(word: string, chosen: readonly Scenario[]): [string, number] {
  const match = /^([A-Za-z]+)=(\d+)$/.exec(word)
  if (match === null) throw new UsageError(`--set ${word}: expected name=whole number`)
  const [, name, value] = match as unknown as [string, string, string]
  if (!chosen.some(({ settings }) => name in settings)) {
    const known = chosen.flatMap(({ settings }) => Object.keys(settings)).join(', ')
    throw new UsageError(`--set ${word}: expected one of the settings ${known}`)
  }
  if (Number(value) < 1) throw new UsageError(`--set ${word}: expected at least 1`)
  return [name, Number(value)]
}
