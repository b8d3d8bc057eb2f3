import { utf8 } from '@mixun/core/bytes'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { badElements, badScalars } from '../testing/bad-encodings.ts'
import {
  decodeKeyPair,
  decodePublicKey,
  deriveKeyPair,
  encodePublicKey,
  encodeSecretKey,
  generateKeyPair,
} from './keys.ts'
import { oprfSuites } from './params.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

describe.each(oprfSuites)('keys of $id', suite => {
  const { group } = suite
  const key = generateKeyPair(suite, seededRandom(suite.id), ANY_ARITHMETIC)

  it('survive their encoding', () => {
    const restored = decodeKeyPair(suite, encodeSecretKey(suite, key), ANY_ARITHMETIC)
    expect(group.equalElements(restored.publicKey, key.publicKey)).toBe(true)
    const publicKey = decodePublicKey(suite, encodePublicKey(suite, key.publicKey))
    expect(group.equalElements(publicKey, key.publicKey)).toBe(true)
  })

  it('are refused when degenerate, unreduced or short', () => {
    expectCode('ERR_DECODE_SCALAR', () =>
      decodeKeyPair(suite, new Uint8Array(group.scalarBytes), ANY_ARITHMETIC),
    )
    for (const bytes of badScalars[group.id] ?? []) {
      expectCode('ERR_DECODE_SCALAR', () => decodeKeyPair(suite, bytes, ANY_ARITHMETIC))
    }
    expectCode('ERR_DECODE_LENGTH', () => decodeKeyPair(suite, new Uint8Array(31), ANY_ARITHMETIC))
    for (const bytes of Object.values(badElements[group.id] ?? {})) {
      expectCode('ERR_DECODE_ELEMENT', () => decodePublicKey(suite, bytes))
    }
    expectCode('ERR_INPUT_LENGTH', () =>
      deriveKeyPair(suite, 'voprf', new Uint8Array(31), utf8(''), ANY_ARITHMETIC),
    )
    expectCode('ERR_INPUT_LENGTH', () =>
      deriveKeyPair(suite, 'voprf', new Uint8Array(32), new Uint8Array(65_536), ANY_ARITHMETIC),
    )
  })
})
