import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resultSchema } from '../harness/result.ts'
import { scenarios } from './index.ts'

// oprf-steps runs with the short tests.
const others = scenarios.map(({ name }) => name).filter(name => name !== 'oprf-steps')

test.each(others)('%s runs in its short mode', name => {
  const main = join(import.meta.dirname, '..', 'main.ts')
  const words = [main, '--only', name, '--quick', '--json']
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 300_000 })
  expect(status).toBe(0)
  expect(resultSchema.parse(JSON.parse(stdout))).toMatchObject({ scenario: name, isQuick: true })
})
