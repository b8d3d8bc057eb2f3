import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { intl, signFor, suiteById, verifyFor } from './index.ts'

describe('suite intl: signatures', () => {
  // RFC 8032 section 7.1, tests 1 to 3.
  it.each([
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b' +
        'd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c' +
        '387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659' +
        '4a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('are those of RFC 8032', (secret, publicKey, message, signature) => {
    const key = intl.importSigningKey(fromHex(secret))
    expect(toHex(key.publicKey)).toBe(publicKey)
    expect(toHex(key.sign(fromHex(message)))).toBe(signature)
    intl.verify(key.publicKey, fromHex(message), fromHex(signature))
  })

  const key = intl.generateSigningKey(seededRandom('signer'))
  const other = intl.generateSigningKey(seededRandom('another signer'))
  const message = utf8('message')

  it('are refused when changed, of another key, or of another message', () => {
    const signature = key.sign(message)
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.with(bit >> 3, (signature[bit >> 3] as number) ^ (1 << (bit & 7)))
      expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(key.publicKey, message, changed))
    }
    expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(other.publicKey, message, signature))
    expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(key.publicKey, utf8('messagf'), signature))
  })

  it('are refused with keys or signatures of another length', () => {
    const signature = key.sign(message)
    for (const [k, s] of [
      [key.publicKey.subarray(1), signature],
      [key.publicKey, signature.subarray(1)],
      [concat(key.publicKey, Uint8Array.of(0)), signature],
      [key.publicKey, concat(signature, Uint8Array.of(0))],
      [new Uint8Array(0), new Uint8Array(0)],
    ] as const) {
      expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(k, message, s))
    }
    expectCode('ERR_INPUT_LENGTH', () => intl.importSigningKey(new Uint8Array(31)))
  })

  it('are refused with s + L in place of s, a second form of the same signature', () => {
    const signature = key.sign(message)
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${toHex(signature.subarray(32).toReversed())}`) + order
    const malleated = concat(
      signature.subarray(0, 32),
      fromHex(s.toString(16).padStart(64, '0')).toReversed(),
    )
    expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(key.publicKey, message, malleated))
  })

  it('are refused of keys of small order, under which one signature fits many messages', () => {
    const { Point } = ed25519
    const s = new Uint8Array(32).with(0, 5)
    const forged = concat(Point.BASE.multiply(5n).toBytes(), s)
    for (const smallOrder of smallOrderKeys()) {
      for (let i = 0; i < 16; i++) {
        expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(smallOrder, Uint8Array.of(i), forged))
      }
    }
  })

  it('are refused of bytes that are no key at all', () => {
    const random = seededRandom('no keys')
    for (let i = 0; i < 50; i++) {
      const publicKey = random.bytes(32)
      expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(publicKey, message, random.bytes(64)))
    }
  })

  it('for one purpose are refused for another', () => {
    const signature = signFor(key, 'hello', message)
    verifyFor(intl, key.publicKey, 'hello', message, signature)
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyFor(intl, key.publicKey, 'hell', message, signature))
    expectCode('ERR_VERIFY_SIGNATURE', () => intl.verify(key.publicKey, message, signature))
    expectCode('ERR_VERIFY_SIGNATURE', () =>
      verifyFor(intl, key.publicKey, 'hello', message, key.sign(message)),
    )
    expectCode('ERR_INPUT_RANGE', () => signFor(key, 'hello\0x', message))
  })
})

describe('suites', () => {
  it('are found by id', () => {
    expect(suiteById('intl')).toBe(intl)
    expectCode('ERR_PARAMETER_UNKNOWN', () => suiteById('sm2'))
  })
})

/** All encodings of the eight points of small order: y and y + p, with either sign. */
function smallOrderKeys(): Uint8Array[] {
  const prime = 2n ** 255n - 19n
  const eighth = BigInt('0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826')
  return [0n, 1n, prime - 1n, prime, prime + 1n, eighth, prime - eighth].flatMap(y =>
    [0n, 1n].map(sign => fromHex((y + (sign << 255n)).toString(16).padStart(64, '0')).toReversed()),
  )
}
