import { createCipheriv } from 'node:crypto'
import { seededRandom } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { okvsRandomBand256 as parameters } from './params.ts'
import { BAND_WORDS, deriveRows } from './rows.ts'

const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ (b[i] as number))

it('derives rows as its definition says: AES-128 under the seed, fed forward, numbered in the last word', () => {
  const random = seededRandom('rows')
  const [seed, keys, columns] = [random.bytes(16), random.bytes(16 * 40), 10_007]
  const { count, starts, bands } = deriveRows(parameters, columns, seed, keys)
  expect(count).toBe(40)
  const hash = (block: Uint8Array) => {
    const cipher = createCipheriv('aes-128-ecb', seed, null).setAutoPadding(false)
    return xor(cipher.update(block), block)
  }
  for (let row = 0; row < count; row++) {
    const hashed = hash(keys.subarray(16 * row, 16 * row + 16))
    const blocks = [0, 1, 2].map(number => {
      const block = Uint8Array.from(hashed)
      block[12] = (block[12] as number) ^ number
      return Buffer.from(hash(block))
    }) as [Buffer, Buffer, Buffer]
    const band = Array.from({ length: BAND_WORDS }, (_, i) =>
      (blocks[i >> 2] as Buffer).readInt32LE(4 * (i & 3)),
    )
    band[0] = (band[0] as number) | 1
    expect([...bands.subarray(row * BAND_WORDS, (row + 1) * BAND_WORDS)]).toEqual(band)
    const drawn = BigInt(blocks[2].readUInt32LE(0)) * 2n ** 21n + BigInt(blocks[2].readUInt32LE(4) >>> 11)
    expect(starts[row]).toBe(Number(drawn % BigInt(columns - parameters.bandBits + 1)))
  }
})
