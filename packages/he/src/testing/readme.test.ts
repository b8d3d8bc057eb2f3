import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { weighAmounts } from './weigh-amounts.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

describe('the example of the README', () => {
  it('is the tested file, word for word', () => {
    const example = /```ts\n(.*?)```/s.exec(read('../../README.md'))?.[1]
    expect(example).toBe(read('weigh-amounts.ts'))
  })

  it('multiplies slot by slot', async () => {
    expect(await weighAmounts([100n, 20n, 3n], [1n, 2n, 3n])).toEqual([100n, 40n, 9n])
  })
})
