import { expect, it } from 'vitest'
import { withTreeAsync } from '../temporary-tree.ts'
import { sizeProblems } from './bundle-size.ts'

const TREE = {
  'node_modules/heavy/package.json': '{ "name": "heavy", "type": "module", "exports": "./index.js" }',
  'node_modules/heavy/index.js': 'export const heavy = () => globalThis.heavy',
  'node_modules/lib/package.json':
    '{ "name": "lib", "type": "module", "sideEffects": false, "exports": { ".": "./index.js", "./lazy": "./lazy.js" } }',
  'node_modules/lib/index.js': `import { heavy } from 'heavy'
export const small = 1
export const large = ${JSON.stringify(Array.from({ length: 400 }, (_, i) => Math.imul(i, 2654435761)))}
export const both = () => heavy`,
  'node_modules/lib/lazy.js': "export const load = () => import('heavy')",
}

it('measures what is loaded at once, and finds what is too large or must not be there', async () => {
  const lines: string[] = []
  const problems = await withTreeAsync(TREE, folder =>
    sizeProblems(
      folder,
      [
        { path: 'lib', names: ['small'], maxBytes: 200, without: 'heavy' },
        { path: 'lib', names: ['large'], maxBytes: 200 },
        { path: 'lib', names: ['both'], maxBytes: 200, without: 'heavy' },
        { path: 'lib/lazy', names: ['load'], maxBytes: 400, without: 'heavy' },
      ],
      line => lines.push(line),
    ),
  )
  expect(lines).toHaveLength(4)
  expect(problems).toEqual([
    expect.stringMatching(/^\{ large \} of lib: [0-9]{4} bytes after gzip, limit 200$/),
    '{ both } of lib loads heavy at once',
  ])
})
