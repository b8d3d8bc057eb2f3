import { describe, expect, it } from 'vitest'
import { readArguments, UsageError } from './arguments.ts'
import type { Scenario } from './scenario.ts'

const scenario = (name: string, setting: string): Scenario => ({
  name,
  summary: name,
  isBySuite: name === 'check',
  settings: { [setting]: { text: setting, standard: 50, quick: 1 } },
  run: async () => ({ measurements: [], sides: {}, notes: [] }),
})
const scenarios = [scenario('check', 'checks'), scenario('ledger', 'entries')]
const read = (...words: string[]) => readArguments(words, scenarios)

describe('the command line', () => {
  it('runs everything by default', () => {
    expect(read()).toEqual({
      action: 'run',
      chosen: scenarios,
      changes: {},
      suites: ['intl', 'sm'],
      isQuick: false,
      asJson: false,
      outFile: undefined,
    })
  })

  it('takes scenarios, settings and a file', () => {
    const { chosen, changes, outFile, asJson } = read(
      '--only',
      'check',
      '--set',
      'checks=200',
      '--out',
      'x.json',
      '--json',
    )
    expect(chosen.map(({ name }) => name)).toEqual(['check'])
    expect({ changes, outFile, asJson }).toEqual({
      changes: { checks: 200 },
      outFile: 'x.json',
      asJson: true,
    })
  })

  it('takes one suite, or both in whatever order', () => {
    expect(read('--suite', 'sm').suites).toEqual(['sm'])
    expect(read('--suite', 'sm', '--suite', 'intl').suites).toEqual(['intl', 'sm'])
  })

  it('lists and helps', () => {
    expect(read('--list').action).toBe('list')
    expect(read('-h').action).toBe('help')
  })

  it.each([
    ['an unknown scenario', ['--only', 'nothing'], 'check, ledger'],
    ['an unknown option', ['--fast'], '--help'],
    ['one file for two results', ['--out', 'x.json'], '--only'],
    ['a setting without a number', ['--set', 'checks=many'], 'whole number'],
    ['a setting of no chosen scenario', ['--only', 'check', '--set', 'entries=5'], 'checks'],
    ['an unknown suite', ['--suite', 'gm'], 'intl, sm'],
    ['a suite for a scenario without', ['--only', 'ledger', '--suite', 'sm'], 'by suite'],
    ['a setting of zero', ['--set', 'checks=0'], 'at least 1'],
  ])('refuses %s and says what it expected', (_, words, expected) => {
    expect(() => read(...words)).toThrow(UsageError)
    expect(() => read(...words)).toThrow(expected)
  })
})
