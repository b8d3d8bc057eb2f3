import { expect, it } from 'vitest'
import { withBuiltPaths } from './built-paths.ts'

it('makes URLs and imports name built files, and keeps the length of the code', () => {
  const code = [
    "const worker = new Worker(new URL('./worker.ts', import.meta.url))",
    "export { a } from './a.ts'",
    "declare const b: import('../b.ts').B",
    "const proto = new URL('./frames.proto', import.meta.url)",
  ].join('\n')
  const built = withBuiltPaths(code)
  expect(built.code.split('\n')).toEqual([
    "const worker = new Worker(new URL('./worker.js', import.meta.url))",
    "export { a } from './a.js'",
    "declare const b: import('../b.js').B",
    "const proto = new URL('./frames.proto', import.meta.url)",
  ])
  expect(built.sources).toEqual([])
  expect(built.code).toHaveLength(code.length)
})

it('reports a source that is named in a way it does not know', () => {
  expect(withBuiltPaths("fork(join(folder, './worker.ts'))").sources).toEqual(['./worker.ts'])
})
