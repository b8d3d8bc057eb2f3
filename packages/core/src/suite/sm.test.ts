import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { sm2 } from '../group/index.ts'
import { Sm2PrivateKey, Sm2PublicKey, sm2Sign, sm2Verify } from '../sm/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { sm, smSuite } from './index.ts'

const message = utf8('message')

describe('suite sm', () => {
  const secret = sm.generateSigningSecret(seededRandom('signer'))
  const key = sm.importSigningKey(secret)

  it('signs as SM2 with the user id of GM/T 0009, r ‖ s', () => {
    const publicKey = Sm2PublicKey.decode(sm2, key.publicKey)
    const options = { form: 'raw', userId: utf8('1234567812345678') } as const
    expect(() => sm2Verify(publicKey, message, key.sign(message), options)).not.toThrow()
    const signature = sm2Sign(Sm2PrivateKey.decode(sm2, secret), message, seededRandom('k'), options)
    expect(() => sm.verify(key.publicKey, message, signature)).not.toThrow()
  })

  it('draws the secret number of each signature from its own source', () => {
    const [first, second] = [1, 2].map(() => toHex(key.sign(message)))
    expect(first).not.toBe(second)
    const fixed = () => smSuite(sm2, seededRandom('k')).importSigningKey(secret).sign(message)
    expect(toHex(fixed())).toBe(toHex(fixed()))
  })

  it('does not blame the signer for a kernel that cannot run', () => {
    const broken = smSuite({
      ...sm2,
      decodeElement: () => fail('ERR_KERNEL_MISSING', 'expected a kernel'),
    })
    expectCode('ERR_KERNEL_MISSING', () => broken.verify(key.publicKey, message, key.sign(message)))
  })

  it('takes a public key in its compressed form only', () => {
    const uncompressed = Sm2PublicKey.decode(sm2, key.publicKey).encode('uncompressed')
    expectCode('ERR_VERIFY_SIGNATURE', () => sm.verify(uncompressed, message, key.sign(message)))
  })

  it('refuses second forms of a signature, and the DER form', () => {
    const der = sm2Sign(Sm2PrivateKey.decode(sm2, secret), message, seededRandom('k'))
    const n = fromHex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123')
    for (const signature of [der, concat(n, n), new Uint8Array(64)]) {
      expectCode('ERR_VERIFY_SIGNATURE', () => sm.verify(key.publicKey, message, signature))
    }
  })

  it('refuses secrets that are no private key of SM2', () => {
    for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(0xff)]) {
      expectCode('ERR_KEY_RANGE', () => sm.importSigningKey(secret))
    }
  })

  it('lets a failure of the program itself through', () => {
    const broken = smSuite({
      ...sm2,
      decodeElement() {
        throw new TypeError('broken')
      },
    })
    expect(() => broken.verify(key.publicKey, message, key.sign(message))).toThrow(TypeError)
  })
})
