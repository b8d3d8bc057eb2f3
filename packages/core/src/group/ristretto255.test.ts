import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { type Element, ristretto255, ristretto255Reference } from './index.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/rfc9496-ristretto255.json', import.meta.url), 'utf8'),
) as { readonly multiples: readonly string[]; readonly invalid: Readonly<Record<string, readonly string[]>> }

const groups = [
  ['kernel', ristretto255],
  ['reference', ristretto255Reference],
] as const

describe.each(groups)('ristretto255 (%s) against RFC 9496', (_name, group) => {
  const scalar = (value: number) => group.decodeScalar(new Uint8Array(32).with(0, value))

  it('has the small multiples of appendix A.1, by multiplication and by addition', () => {
    let sum: Element = group.generator()
    for (let i = 1; i < 16; i++) {
      const expected = vectors.multiples[i] as string
      expect(toHex(group.encodeElement(group.multiplyBase(scalar(i))))).toBe(expected)
      expect(toHex(group.encodeElement(sum))).toBe(expected)
      expect(group.equalElements(group.decodeElement(fromHex(expected)), sum)).toBe(true)
      sum = group.add(sum, group.generator())
    }
  })

  it.each(Object.entries(vectors.invalid).flatMap(([why, all]) => all.map(hex => [why, hex] as const)))(
    'refuses the invalid encoding of appendix A.2, %s: %s',
    (_why, hex) => {
      expectCode('ERR_DECODE_ELEMENT', () => group.decodeElement(fromHex(hex)))
    },
  )
})
