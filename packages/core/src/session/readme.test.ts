import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

it('runs the example of the README', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8')
  const example = readme.split('```ts\n')[1]?.split('\n```')[0] as string
  const run = spawnSync(execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(run.stderr.replaceAll(/.*ExperimentalWarning.*\n.*\n/g, '')).toBe('')
  expect(run.stdout).toBe('hello from firm-a\n')
})
