import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

it('runs the example of the README', () => {
  const example = /```ts\n(.*?)```/s.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1] as string
  const run = spawnSync(execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(run.stderr.replaceAll(/.*ExperimentalWarning.*\n.*\n/g, '')).toBe('')
  expect(run.stdout).toBe('did not repay\n')
})
