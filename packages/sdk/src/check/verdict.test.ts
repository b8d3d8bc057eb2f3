import fc from 'fast-check'
import { expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

const count = fc.nat({ max: 500 })

it('is clear only when nobody is missing and nothing was found', () => {
  expect(verdictOf(0, 0)).toBe('clear')
  expect(verdictOf(1, 0)).toBe('found')
})

it('is incomplete while anybody is missing, whatever the others said', () => {
  fc.assert(
    fc.property(count, count, (records, missing) => {
      expect(verdictOf(records, missing) === 'incomplete').toBe(missing > 0)
      expect(verdictOf(records, missing) === 'clear').toBe(records === 0 && missing === 0)
    }),
  )
})
