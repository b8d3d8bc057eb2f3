import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from './lib/packages/processes.ts'
import { REPOSITORY_ROOT } from './lib/workspace.ts'

it('the API reference has a doc comment for every exported symbol, and no dead link', () => {
  const folder = join(REPOSITORY_ROOT, 'docs/api-reference')
  const typedoc = join(folder, 'node_modules/typedoc/bin/typedoc')
  const { status, output } = run(folder, 'node', typedoc, '--options', 'typedoc.config.js', '--emit', 'none')
  expect(output).not.toContain('[warning]')
  expect(status).toBe(0)
})
