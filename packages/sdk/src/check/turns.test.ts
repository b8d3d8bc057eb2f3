import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

it('runs so many at a time, in order, whatever fails, and gives every result', async () => {
  const turns = new Turns(3)
  const began: number[] = []
  let running = 0
  let most = 0
  const act = (i: number) => async () => {
    began.push(i)
    most = Math.max(most, ++running)
    await sleep(1)
    running--
    if (i % 4 === 1) throw new Error(`number ${i}`)
    return i
  }
  const numbers = Array.from({ length: 10 }, (_, i) => i)
  const results = await Promise.allSettled(numbers.map(i => turns.run(act(i))))
  expect(results.map(each => (each.status === 'fulfilled' ? each.value : null))).toEqual(
    numbers.map(i => (i % 4 === 1 ? null : i)),
  )
  expect([began, most]).toEqual([numbers, 3])
  expect(await turns.run(act(10))).toBe(10)
})
