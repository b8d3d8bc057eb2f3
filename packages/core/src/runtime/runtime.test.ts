import { createHmac } from 'node:crypto'
import { runtime as chosen } from '#runtime'
import { describe, expect, it } from 'vitest'
import { concat, toHex, utf8 } from '../bytes/index.ts'
import { runtimeCompliance } from '../testing/runtime-compliance.ts'
import { runtime as node } from './node.ts'
import { runtime as portable } from './portable.ts'

runtimeCompliance(node, portable)
runtimeCompliance(portable, node)

describe('#runtime', () => {
  it('is node:crypto under Node', () => {
    expect(chosen.name).toBe('node')
    expect(toHex(chosen.hmacSm3(utf8('key'), utf8('message')))).toBe(
      createHmac('sm3', 'key').update('message').digest('hex'),
    )
  })
})

describe('parsed public keys', () => {
  it('stay right when more keys come than are kept, as views into one buffer', () => {
    const message = utf8('message')
    const count = 600
    const signers = Array.from({ length: count }, (_, i) =>
      node.ed25519Signer(new Uint8Array(32).fill(i & 255).with(0, i >> 8)),
    )
    const keys = concat(...signers.map(({ publicKey }) => publicKey))
    const key = (i: number) => keys.subarray(32 * (i % count), 32 * (i % count) + 32)
    for (let round = 0; round < 2; round++) {
      for (const [i, { sign }] of signers.entries()) {
        const signature = sign(message)
        expect(node.verifyEd25519(key(i), message, signature)).toBe(true)
        expect(node.verifyEd25519(key(i + 1), message, signature)).toBe(false)
      }
    }
  })
})
