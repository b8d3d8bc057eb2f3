import { toHex, utf8 } from '@mixun/core/bytes'
import { expect, it } from 'vitest'
import { derive } from './key-derivation.ts'

// RFC 7914 section 12, the two of its vectors with r = 8.
it.each([
  [
    { logN: 10, r: 8, p: 16 },
    'password',
    'NaCl',
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  ],
  [
    { logN: 14, r: 8, p: 1 },
    'pleaseletmein',
    'SodiumChloride',
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  ],
])('is scrypt: %j', (cost, passphrase, salt, expected) => {
  expect(toHex(derive({ id: 'test', ...cost }, utf8(passphrase), utf8(salt), 64))).toBe(expected)
})
