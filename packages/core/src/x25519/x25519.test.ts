import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { x25519 } from './index.ts'

const secret = seededRandom('x25519').bytes(32)

describe('X25519', () => {
  it('is that of RFC 7748, section 5.2', () => {
    const a = x25519(fromHex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4'))
    const u = fromHex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c')
    expect(toHex(a(u))).toBe('c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552')
    // The second vector has its highest bit set, which the RFC masks.
    const b = x25519(fromHex('4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d'), {
      anyInput: true,
    })
    const v = fromHex('e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493')
    expect(toHex(b(v))).toBe('95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957')
  })

  it('commutes', () => {
    const [a, b] = [x25519(secret), x25519(seededRandom('other').bytes(32))]
    const base = Uint8Array.of(9, ...new Uint8Array(31))
    expect(toHex(a(b(base)))).toBe(toHex(b(a(base))))
  })

  it.each([
    ['zero', '00'.repeat(32)],
    ['one', `01${'00'.repeat(31)}`],
    ['p − 1', `ec${'ff'.repeat(30)}7f`],
    ['order eight', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['order eight, the other', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['p', `ed${'ff'.repeat(30)}7f`],
    ['p + 1', `ee${'ff'.repeat(30)}7f`],
    ['highest bit set', `09${'00'.repeat(30)}80`],
  ])('refuses %s', (_, u) => {
    expectCode('ERR_DECODE_ELEMENT', () => x25519(secret)(fromHex(u)))
  })

  it('takes the largest canonical coordinate of large order', () => {
    expect(x25519(secret)(fromHex(`eb${'ff'.repeat(30)}7f`))).toHaveLength(32)
  })

  it('refuses other lengths', () => {
    expectCode('ERR_DECODE_LENGTH', () => x25519(secret)(new Uint8Array(31)))
    expectCode('ERR_INPUT_LENGTH', () => x25519(new Uint8Array(31)))
  })
})
