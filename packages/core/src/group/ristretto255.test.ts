import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { type Element, ristretto255 } from './index.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/rfc9496-ristretto255.json', import.meta.url), 'utf8'),
) as { readonly multiples: readonly string[]; readonly invalid: Readonly<Record<string, readonly string[]>> }

const scalar = (value: number) => ristretto255.decodeScalar(new Uint8Array(32).with(0, value))

describe('ristretto255 against RFC 9496', () => {
  it('has the small multiples of appendix A.1, by multiplication and by addition', () => {
    let sum: Element = ristretto255.generator()
    for (let i = 1; i < 16; i++) {
      const expected = vectors.multiples[i] as string
      expect(toHex(ristretto255.encodeElement(ristretto255.multiplyBase(scalar(i))))).toBe(expected)
      expect(toHex(ristretto255.encodeElement(sum))).toBe(expected)
      expect(ristretto255.equalElements(ristretto255.decodeElement(fromHex(expected)), sum)).toBe(true)
      sum = ristretto255.add(sum, ristretto255.generator())
    }
  })

  it.each(Object.entries(vectors.invalid).flatMap(([why, all]) => all.map(hex => [why, hex] as const)))(
    'refuses the invalid encoding of appendix A.2, %s: %s',
    (_why, hex) => {
      expectCode('ERR_DECODE_ELEMENT', () => ristretto255.decodeElement(fromHex(hex)))
    },
  )
})
