import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { intl } from './index.ts'

const ascending = (from: number, count: number) => Uint8Array.from({ length: count }, (_, i) => from + i)

describe('suite intl: hash and key derivation', () => {
  it('hashes parts as one message', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(toHex(intl.hash(utf8('abc')))).toBe(abc)
    expect(toHex(intl.hash(utf8('a'), new Uint8Array(0), utf8('bc')))).toBe(abc)
    expect(toHex(intl.hash())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  // RFC 5869 appendix A, test cases 1 to 3.
  it.each([
    [
      new Uint8Array(22).fill(0x0b),
      ascending(0, 13),
      ascending(0xf0, 10),
      '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
    [
      ascending(0, 80),
      ascending(0x60, 80),
      ascending(0xb0, 80),
      '06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244',
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
        'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    ],
    [
      new Uint8Array(22).fill(0x0b),
      new Uint8Array(0),
      new Uint8Array(0),
      '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    ],
  ])('derives the keys of RFC 5869', (inputKey, salt, info, prk, okm) => {
    const extracted = intl.hkdfExtract(salt, inputKey)
    expect(toHex(extracted)).toBe(prk)
    expect(toHex(intl.hkdfExpand(extracted, info, okm.length / 2))).toBe(okm)
  })

  it('derives up to 255 blocks', () => {
    const prk = new Uint8Array(32)
    expect(intl.hkdfExpand(prk, utf8(''), 8_160)).toHaveLength(8_160)
    expect(intl.hkdfExpand(prk, utf8(''), 0)).toHaveLength(0)
    expectCode('ERR_INPUT_RANGE', () => intl.hkdfExpand(prk, utf8(''), 8_161))
  })
})

describe('suite intl: authenticated encryption', () => {
  // McGrew and Viega, The Galois/Counter Mode of Operation, test cases 13, 14 and 16.
  it.each([
    ['00'.repeat(32), '00'.repeat(12), '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    [
      '00'.repeat(32),
      '00'.repeat(12),
      '00'.repeat(16),
      '',
      'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
    ],
    [
      'feffe9928665731c6d6a8f9467308308'.repeat(2),
      'cafebabefacedbaddecaf888',
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
        '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
        '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
    ],
  ])('seals as the specification of GCM', (key, nonce, plaintext, associatedData, sealed) => {
    const [k, n, p, a] = [key, nonce, plaintext, associatedData].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    expect(toHex(intl.seal(k, n, p, a))).toBe(sealed)
    expect(intl.open(k, n, fromHex(sealed), a)).toEqual(p)
  })

  it('opens only what was sealed, under the same key, nonce and associated data', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const text = fc.uint8Array({ maxLength: 64 })
    fc.assert(
      fc.property(
        bytes(32),
        bytes(12),
        text,
        text,
        fc.nat(),
        fc.nat(7),
        (key, nonce, plain, data, at, bit) => {
          const flip = (whole: Uint8Array) => {
            const index = at % whole.length
            return whole.with(index, (whole[index] as number) ^ (1 << bit))
          }
          const sealed = intl.seal(key, nonce, plain, data)
          expect(sealed).toHaveLength(plain.length + intl.aeadOverheadBytes)
          expect(intl.open(key, nonce, sealed, data)).toEqual(plain)
          expectCode('ERR_VERIFY_OPEN', () => intl.open(key, nonce, flip(sealed), data))
          expectCode('ERR_VERIFY_OPEN', () => intl.open(flip(key), nonce, sealed, data))
          expectCode('ERR_VERIFY_OPEN', () => intl.open(key, flip(nonce), sealed, data))
          expectCode('ERR_VERIFY_OPEN', () => intl.open(key, nonce, sealed, concat(data, Uint8Array.of(0))))
          expectCode('ERR_VERIFY_OPEN', () => intl.open(key, nonce, concat(sealed, Uint8Array.of(0)), data))
        },
      ),
    )
  })

  it('refuses a ciphertext shorter than its tag, and keys and nonces of another length', () => {
    const [key, nonce, none] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(0)]
    expectCode('ERR_DECODE_LENGTH', () => intl.open(key, nonce, new Uint8Array(15), none))
    for (const [k, n] of [
      [new Uint8Array(16), nonce],
      [key, new Uint8Array(16)],
    ] as const) {
      expectCode('ERR_INPUT_LENGTH', () => intl.seal(k, n, none, none))
      expectCode('ERR_INPUT_LENGTH', () => intl.open(k, n, new Uint8Array(16), none))
    }
  })
})
