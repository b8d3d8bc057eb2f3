import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes/index.ts'
import { ristretto255Reference, sm2Reference } from '../group/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { pedersenOf } from './index.ts'

const value = fc.nat({ max: Number.MAX_SAFE_INTEGER }).map(v => Math.floor(v / 2))

describe.each(['intl', 'sm'] as const)('Pedersen commitments of suite %s', suite => {
  const { group, second, commit } = pedersenOf(suite)
  const random = seededRandom('pedersen')
  const same = (a: Parameters<typeof group.add>[0], b: Parameters<typeof group.add>[0]) =>
    group.equalElements(a, b)

  it('have a second generator that is the hash of its name, by the reference too', () => {
    const reference = suite === 'sm' ? sm2Reference : ristretto255Reference
    const dst = utf8(`mixun-pedersen-1-${group.id}`)
    const expected = reference.encodeElement(reference.hashToGroup(utf8('second generator'), dst))
    expect(group.encodeElement(second)).toEqual(expected)
    expect(same(second, group.generator())).toBe(false)
  })

  it('are v·G + r·H', () => {
    const blinding = group.randomScalar(random)
    let sum = group.multiply(second, blinding)
    expect(same(commit(0, blinding), sum)).toBe(true)
    for (let v = 1; v <= 9; v++) {
      sum = group.add(sum, group.generator())
      expect(same(commit(v, blinding), sum)).toBe(true)
    }
  })

  it('add up as values and blindings do, and not otherwise', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [r, s] = [group.randomScalar(random), group.randomScalar(random)]
        const sum = group.add(commit(a, r), commit(b, s))
        expect(same(sum, commit(a + b, group.addScalars(r, s)))).toBe(true)
        expect(same(sum, commit(a + b + 1, group.addScalars(r, s)))).toBe(false)
        expect(same(sum, commit(a + b, r))).toBe(false)
      }),
      { numRuns: 20 },
    )
  })

  it('are of whole numbers only', () => {
    const blinding = group.randomScalar(random)
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expectCode('ERR_INPUT_RANGE', () => commit(bad, blinding))
    }
  })
})
