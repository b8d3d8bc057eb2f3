import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { DOCUMENT } from './clients.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The code block of a README that starts with the comment `// sdk example`. */
function sdkExample(readme: string): string {
  const [, example] =
    /```ts\n(\/\/ sdk example\n.*?)```/s.exec(readFileSync(join(ROOT, readme), 'utf8')) ?? []
  if (example === undefined) throw new Error(`${readme} has no SDK example`)
  return example
}

it('the SDK example is the same in all READMEs, and short', () => {
  const example = sdkExample('README.md')
  expect(sdkExample('README.zh-CN.md')).toBe(example)
  expect(sdkExample('packages/sdk/README.md')).toBe(example)
  const statements = example.split('\n').filter(line => line !== '' && !line.startsWith('//'))
  expect(statements.length).toBeLessThanOrEqual(15)
})

it('the SDK example runs as written, prints what it says and ends by itself', async () => {
  await using consortium = await TestConsortium.found({
    firms: {
      jia: null,
      yi: [{ subject: investor(1), kind: 'contract-due-not-repaid' }],
      bing: [],
    },
  })
  await consortium.firm('bing').stop()
  const folder = mkdtempSync(join(tmpdir(), 'mixun-readme-'))
  mkdirSync(join(folder, 'node_modules', '@mixun'), { recursive: true })
  symlinkSync(join(ROOT, 'packages', 'sdk'), join(folder, 'node_modules', '@mixun', 'sdk'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'signed-consent.pdf'), DOCUMENT)
  writeFileSync(join(folder, 'example.ts'), sdkExample('README.md'))
  const env = { ...process.env, MIXUN_HOME: consortium.firm('jia').root, ID_NUMBER: investor(1).reveal() }
  const child = spawn(process.execPath, ['example.ts'], { cwd: folder, env })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  rmSync(folder, { recursive: true })
  expect({ stdout, stderr, exitCode: child.exitCode }).toEqual({
    stdout: [
      'incomplete',
      'yi contract-due-not-repaid 2025-03-14',
      'bing did not answer: ERR_CHANNEL_CLOSED',
      'bing did not answer: ERR_CHANNEL_CLOSED',
      '',
    ].join('\n'),
    stderr: '',
    exitCode: 0,
  })
})
