import { concat, toHex, utf8 } from '../bytes/index.ts'
import { describe, expect, it, vi } from 'vitest'
import { smallOrderEncodings } from '../testing/ed25519-edge-cases.ts'
import { seededRandom } from '../testing/index.ts'
import { runtime } from './node.ts'
import { isSmallOrderKey } from './small-order-keys.ts'

// An OpenSSL that takes every signature, as 3.0 takes those of keys of small order.
vi.mock(import('node:crypto'), async original => ({ ...(await original()), verify: () => true }))

describe('Ed25519 keys of small order', () => {
  const encodings = smallOrderEncodings()

  it('are known in all their encodings, and no others are', () => {
    expect(new Set(encodings.map(toHex)).size).toBe(14)
    for (const encoding of encodings) {
      expect(isSmallOrderKey(encoding)).toBe(true)
      for (const at of [0, 15, 31]) {
        expect(isSmallOrderKey(encoding.with(at, (encoding[at] as number) ^ 0x10))).toBe(false)
      }
    }
    const random = seededRandom('keys')
    const honest = Array.from({ length: 50 }, () => runtime.ed25519Signer(random.bytes(32)).publicKey)
    expect(honest.filter(isSmallOrderKey)).toEqual([])
  })

  it('are refused under Node whatever OpenSSL says of them', () => {
    const { publicKey } = runtime.ed25519Signer(new Uint8Array(32).fill(7))
    const signature = concat(encodings[0] as Uint8Array, new Uint8Array(32))
    expect(runtime.verifyEd25519(publicKey, utf8('any'), signature)).toBe(true)
    for (const encoding of encodings) {
      expect(runtime.verifyEd25519(encoding, utf8('any'), signature)).toBe(false)
    }
  })
})
