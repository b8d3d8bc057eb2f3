import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PACKAGE_CHECKS, runCheck } from './check-packages.ts'
import { type Consumer, makeConsumer } from './lib/packages/consumer.ts'
import { REPOSITORY_ROOT } from './lib/workspace.ts'

describe('the packages, installed from their tarballs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-consumer-'))
  let consumer: Consumer
  beforeAll(() => {
    consumer = makeConsumer(REPOSITORY_ROOT, folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(PACKAGE_CHECKS)('$name', async check => {
    const lines: string[] = []
    expect(await runCheck(check, consumer, line => lines.push(line))).toEqual([])
    if (lines.length > 0) console.log(lines.join('\n'))
  })
})
