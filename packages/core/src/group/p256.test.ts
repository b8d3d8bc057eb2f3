import { createECDH } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { p256 } from './index.ts'

/** The field prime of P-256 (FIPS 186-5). */
const PRIME = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'

describe('P-256', () => {
  it('agrees with OpenSSL on public keys and shared secrets', () => {
    const random = seededRandom('p256-openssl')
    for (let i = 0; i < 20; i++) {
      const [ours, theirs] = [p256.randomScalar(random), createECDH('prime256v1')]
      theirs.generateKeys()
      const theirPoint = p256.decodeElement(Uint8Array.from(theirs.getPublicKey(null, 'compressed')))
      const own = createECDH('prime256v1')
      own.setPrivateKey(p256.encodeScalar(ours))
      const publicKey = p256.encodeElement(p256.multiplyBase(ours))
      expect(toHex(publicKey)).toBe(own.getPublicKey('hex', 'compressed'))
      const shared = p256.encodeElement(p256.multiply(theirPoint, ours))
      expect(toHex(shared.subarray(1))).toBe(theirs.computeSecret(publicKey).toString('hex'))
    }
  })

  // RFC 9380 appendix J.1.1, suite P256_XMD:SHA-256_SSWU_RO_.
  it.each([
    [
      '',
      '2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4',
      '8a7a74985cc5c776cdfe4b1f19884970453912e9d31528c060be9ab5c43e8415',
    ],
    [
      'abc',
      '0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f',
      '5c41b3d0731a27a7b14bc0bf0ccded2d8751f83493404c84a88e71ffd424212e',
    ],
  ])('hashes %j to the point of RFC 9380', (message, x, y) => {
    const dst = utf8('QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_')
    const sign = Number.parseInt(y.slice(-1), 16) % 2 === 0 ? '02' : '03'
    expect(toHex(p256.encodeElement(p256.hashToGroup(utf8(message), dst)))).toBe(`${sign}${x}`)
  })

  it('refuses the uncompressed and hybrid forms of a point', () => {
    const key = createECDH('prime256v1')
    key.generateKeys()
    const uncompressed = Uint8Array.from(key.getPublicKey(null, 'uncompressed'))
    const hybrid = Uint8Array.from(key.getPublicKey(null, 'hybrid'))
    expectCode('ERR_DECODE_LENGTH', () => p256.decodeElement(uncompressed))
    expectCode('ERR_DECODE_LENGTH', () => p256.decodeElement(hybrid))
    for (const first of [0, 1, 4, 5, 6, 7, 255]) {
      const bytes = concat(Uint8Array.of(first), uncompressed.subarray(1, 33))
      expectCode('ERR_DECODE_ELEMENT', () => p256.decodeElement(bytes))
    }
  })

  it('refuses x-coordinates that are not reduced, or of no point', () => {
    // 5 is the x-coordinate of a point, so p + 5 would be a second encoding of it.
    p256.decodeElement(fromHex(`02${'0'.repeat(63)}5`))
    const wrapped = `${PRIME.slice(0, 32)}${'00000001000000000000000000000004'}`
    for (const x of [PRIME, wrapped, 'f'.repeat(64)]) {
      expectCode('ERR_DECODE_ELEMENT', () => p256.decodeElement(fromHex(`02${x}`)))
    }
    expectCode('ERR_DECODE_ELEMENT', () => p256.decodeElement(fromHex(`02${'0'.repeat(63)}1`)))
  })
})
