import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { SuiteId } from '@mixun/core/suite'
import { describe, expect, test } from 'vitest'

/** Runs the example as a program of its own and expects every number to be the plain sum's. */
export function describeJointExposure(suite: SuiteId, firms: number): void {
  describe(`joint exposure over ${firms} firms, suite ${suite}`, () => {
    test('totals, count and comparison are those of the books, and a firm that goes away opens nothing', async () => {
      const main = join(import.meta.dirname, 'main.ts')
      const child = spawn(process.execPath, [main, '--firms', String(firms), '--suite', suite], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise(resolve => child.once('close', resolve))
      const [stdout, code] = await Promise.all([text(child.stdout), ended])
      expect(stdout).not.toContain('WRONG')
      expect([code, stdout.match(/^right /gm)?.length]).toEqual([0, 9])
    }, 600_000)
  })
}
