import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runMain } from './testing.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mixun-program-'))
afterAll(() => rmSync(scratch, { recursive: true }))

describe('the program', () => {
  test('exits 2 on wrong usage, 0 on --help', async () => {
    mkdirSync(join(scratch, 'used'))
    writeFileSync(join(scratch, 'used', 'file'), '')
    const wrong = [
      ['--inquiries', '3'],
      ['--inquiries', 'many'],
      ['--other'],
      ['--suite', 'gm'],
      ['--folder', join(scratch, 'used')],
    ]
    for (const args of wrong) {
      const { code, stderr } = await runMain(args)
      expect([code, stderr.startsWith('Usage: ')]).toEqual([2, true])
    }
    const help = await runMain(['--help', '--lang', 'zh-CN'])
    expect([help.code, help.stdout.includes('示例')]).toEqual([0, true])
  })

  test('takes its programs with it when it is stopped, and keeps and names its folder', async () => {
    const folder = join(scratch, 'stopped')
    const { code, stderr } = await runMain(['--folder', folder, '--json', '--lang', 'en'], (text, stop) => {
      if (text.includes('[2/')) stop()
    })
    expect(code).toBe(1)
    expect(stderr).toContain(`everything of this run is in ${folder}`)
    expect(existsSync(join(folder, 'homes', 'association', 'config.toml'))).toBe(true)
  })

  test('names the program that failed and what it said, and keeps its folder', async () => {
    const folder = join(scratch, 'failed')
    const home = join(folder, 'homes', 'yi')
    const { code, stderr } = await runMain(['--folder', folder, '--json', '--lang', 'en'], text => {
      if (!text.includes('[1/') || existsSync(home)) return
      mkdirSync(home)
      writeFileSync(join(home, 'config.toml'), '')
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /ProgramFailed: mixun init \(yi\) ended with 1\n\{"error":\{"code":"ERR_HOME_EXISTS"/,
    )
    expect(stderr).toContain(`everything of this run is in ${folder}`)
    expect(existsSync(home)).toBe(true)
  })
})
