import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex, utf8 } from '../bytes/index.ts'
import { expectCode } from '../testing/expect-code.ts'
import { expandMessageSm3 } from './expand-sm3.ts'
import { sm3ForNoble } from './sm3-for-noble.ts'

it('expands as @noble/curves over the same hash, under tags of any length', () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
  fc.assert(
    fc.property(
      bytes(200),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 400 }),
      (message, tag, length) => {
        expect(toHex(expandMessageSm3(message, tag, length))).toBe(
          toHex(expand_message_xmd(message, tag, length, sm3ForNoble)),
        )
      },
    ),
  )
  for (const length of [255, 256]) {
    const [message, tag] = [new Uint8Array(1), new Uint8Array(length).fill(7)]
    expect(expandMessageSm3(message, tag, 96)).toEqual(expand_message_xmd(message, tag, 96, sm3ForNoble))
  }
})

it('refuses an empty tag and more digests than it can count', () => {
  const [message, tag] = [new Uint8Array(1), utf8('tag')]
  expectCode('ERR_INPUT_LENGTH', () => expandMessageSm3(message, new Uint8Array(0), 48))
  expect(expandMessageSm3(message, tag, 255 * 32)).toEqual(
    expand_message_xmd(message, tag, 255 * 32, sm3ForNoble),
  )
  expectCode('ERR_INPUT_LENGTH', () => expandMessageSm3(message, tag, 255 * 32 + 1))
})
