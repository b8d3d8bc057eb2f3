import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../bytes/index.ts'
import { sm2 } from '../group/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { DER_TAG, derBitString, derElement } from './der.ts'
import { decodeSm2PrivateKey, decodeSm2Spki, encodeSm2PrivateKey, encodeSm2Spki } from './key-der.ts'
import { Sm2PrivateKey } from './private-key.ts'

const key = Sm2PrivateKey.generate(sm2, seededRandom('key-der'))
const secret = toHex(key.exportSecret())
const point = toHex(key.publicKey.encode('uncompressed'))
const EC = '06072a8648ce3d0201'
const CURVE = '06082a811ccf5501822d'
const P256 = '06082a8648ce3d030107'

const sequence = (...parts: readonly string[]) => toHex(derElement(DER_TAG.sequence, ...parts.map(fromHex)))
const octets = (hex: string) => toHex(derElement(DER_TAG.octetString, fromHex(hex)))
const explicit = (tag: 0 | 1, hex: string) =>
  toHex(derElement(tag === 0 ? DER_TAG.explicit0 : DER_TAG.explicit1, fromHex(hex)))
const bits = (hex: string) => toHex(derBitString(fromHex(hex)))
const sec1 = (parts: readonly string[]) => sequence('020101', ...parts)
const pkcs8 = (inner: string, algorithm = sequence(EC, CURVE), version = '020100') =>
  sequence(version, algorithm, octets(inner))

const readSpki = (hex: string) => decodeSm2Spki(sm2, fromHex(hex))
const readSec1 = (hex: string) => decodeSm2PrivateKey(sm2, fromHex(hex), 'sec1')
const readPkcs8 = (hex: string) => decodeSm2PrivateKey(sm2, fromHex(hex), 'pkcs8')

describe('SM2 keys in DER', () => {
  it('are written as the standards say, and read again', () => {
    const spki = toHex(encodeSm2Spki(key.publicKey))
    expect(spki).toBe(sequence(sequence(EC, CURVE), bits(point)))
    expect(readSpki(spki).equals(key.publicKey)).toBe(true)
    const asSec1 = toHex(encodeSm2PrivateKey(key, 'sec1'))
    expect(asSec1).toBe(sec1([octets(secret), explicit(0, CURVE), explicit(1, bits(point))]))
    expect(toHex(readSec1(asSec1).exportSecret())).toBe(secret)
    const asPkcs8 = toHex(encodeSm2PrivateKey(key, 'pkcs8'))
    expect(asPkcs8).toBe(pkcs8(sec1([octets(secret), explicit(1, bits(point))])))
    expect(toHex(readPkcs8(asPkcs8).exportSecret())).toBe(secret)
  })

  it('are those of node:crypto, both ways', () => {
    const generated = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    const der = { format: 'der' } as const
    const spki = generated.publicKey.export({ ...der, type: 'spki' })
    const theirs = decodeSm2Spki(sm2, Uint8Array.from(spki))
    for (const type of ['sec1', 'pkcs8'] as const) {
      const bytes = Uint8Array.from(generated.privateKey.export({ ...der, type }))
      const imported = decodeSm2PrivateKey(sm2, bytes, type)
      expect(imported.publicKey.equals(theirs)).toBe(true)
      expect(toHex(encodeSm2PrivateKey(imported, type))).toBe(toHex(bytes))
      const ours = createPrivateKey({ ...der, key: Buffer.from(encodeSm2PrivateKey(key, type)), type })
      const publicKey = createPublicKey(ours).export({ ...der, type: 'spki' })
      expect(toHex(publicKey)).toBe(toHex(encodeSm2Spki(key.publicKey)))
    }
    expect(toHex(encodeSm2Spki(theirs))).toBe(toHex(spki))
  })

  it('may come with a compressed public key, or without one', () => {
    const compressed = toHex(key.publicKey.encode('compressed'))
    expect(readSpki(sequence(sequence(EC, CURVE), bits(compressed))).equals(key.publicKey)).toBe(true)
    for (const inner of [
      [octets(secret)],
      [octets(secret), explicit(0, CURVE)],
      [octets(secret), explicit(1, bits(compressed))],
    ]) {
      expect(toHex(readPkcs8(pkcs8(sec1(inner))).exportSecret())).toBe(secret)
    }
  })

  it('are refused of another algorithm, curve or version', () => {
    expectCode('ERR_KEY_FORM', () => readSpki(sequence(sequence(EC, P256), bits(point))))
    expectCode('ERR_KEY_FORM', () => readSpki(sequence(sequence(CURVE, CURVE), bits(point))))
    const inner = sec1([octets(secret)])
    expectCode('ERR_KEY_FORM', () => readPkcs8(pkcs8(inner, sequence(EC, P256))))
    expectCode('ERR_KEY_FORM', () => readPkcs8(pkcs8(inner, sequence(EC, CURVE), '020101')))
    expectCode('ERR_KEY_FORM', () => readPkcs8(pkcs8(sec1([octets(secret), explicit(0, P256)]))))
    expectCode('ERR_KEY_FORM', () => readSec1(sec1([octets(secret), explicit(0, P256)])))
    expectCode('ERR_KEY_FORM', () => readSec1(sequence('020100', octets(secret), explicit(0, CURVE))))
    expectCode('ERR_KEY_FORM', () => readSec1(sequence('02020101', octets(secret), explicit(0, CURVE))))
    // Without a curve it could be a key of any.
    expectCode('ERR_KEY_FORM', () => readSec1(inner))
    const foreign = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey
    const spki = toHex(foreign.export({ format: 'der', type: 'spki' }))
    expectCode('ERR_KEY_FORM', () => readSpki(spki))
  })

  it('are refused with a public key that is not theirs, or no point', () => {
    const other = Sm2PrivateKey.generate(sm2, seededRandom('other')).publicKey.encode('uncompressed')
    const fields = [octets(secret), explicit(0, CURVE)]
    expectCode('ERR_KEY_MISMATCH', () => readSec1(sec1([...fields, explicit(1, bits(toHex(other)))])))
    const off = toHex(other.with(64, (other[64] as number) ^ 1))
    expectCode('ERR_DECODE_ELEMENT', () => readSec1(sec1([...fields, explicit(1, bits(off))])))
    expectCode('ERR_DECODE_ELEMENT', () => readSpki(sequence(sequence(EC, CURVE), bits(off))))
    expectCode('ERR_DECODE_LENGTH', () => readSpki(sequence(sequence(EC, CURVE), bits('00'))))
  })

  it.each([
    ['0', '00'.repeat(32)],
    ['n − 1', 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122'],
    ['n', 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'],
  ])('are refused with the private key %s', (_, value) => {
    expectCode('ERR_KEY_RANGE', () => readSec1(sec1([octets(value), explicit(0, CURVE)])))
  })

  it('are refused unless they are the one DER encoding', () => {
    const spki = encodeSm2Spki(key.publicKey)
    const priv = encodeSm2PrivateKey(key, 'pkcs8')
    expectCode('ERR_DECODE_TRAILING', () => decodeSm2Spki(sm2, concat(spki, Uint8Array.of(0))))
    expectCode('ERR_DECODE_TRAILING', () => decodeSm2PrivateKey(sm2, concat(priv, Uint8Array.of(0)), 'pkcs8'))
    const fields = [octets(secret), explicit(0, CURVE)]
    expectCode('ERR_DECODE_TRAILING', () => readSec1(sec1([...fields, '0500'])))
    expectCode('ERR_DECODE_TRAILING', () => readSec1(sec1([octets(secret), explicit(0, `${CURVE}0500`)])))
    expectCode('ERR_DECODE_TRAILING', () => readSec1(sec1([...fields, explicit(1, `${bits(point)}0500`)])))
    expectCode('ERR_DECODE_TRAILING', () => readSpki(sequence(sequence(EC, CURVE, '0500'), bits(point))))
    expectCode('ERR_DECODE_LENGTH', () => readSec1(sec1([octets(secret.slice(2)), explicit(0, CURVE)])))
    expectCode('ERR_DECODE_DER', () => readSpki(sequence(sequence(EC, CURVE), octets(point))))
    expectCode('ERR_DECODE_DER', () => decodeSm2PrivateKey(sm2, spki, 'pkcs8'))
    for (let length = 0; length < spki.length; length++) {
      expectCode('ERR_DECODE_LENGTH', () => decodeSm2Spki(sm2, spki.subarray(0, length)))
    }
  })
})
