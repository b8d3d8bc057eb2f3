/**
 * SM2 keys in DER, strictly: SPKI (RFC 5480 section 2), SEC 1 (RFC 5915 section 3) and PKCS #8 (RFC 5208 section 5, as
 * RFC 5915 section 5 fills it). The algorithm is id-ecPublicKey with the named curve 1.2.156.10197.1.301. What we write
 * holds the uncompressed public key.
 */
import { compareBytes, fromHex, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { Sm2Arithmetic } from '../group/index.ts'
import { DER_TAG, DerReader, derBitString, derElement } from './der.ts'
import { SM2_PRIVATE_KEY_BYTES, Sm2PrivateKey } from './private-key.ts'
import { Sm2PublicKey } from './public-key.ts'

// 1.2.840.10045.2.1 and 1.2.156.10197.1.301, contents only.
const EC_PUBLIC_KEY = fromHex('2a8648ce3d0201')
const SM2_P256_V1 = fromHex('2a811ccf5501822d')

/** Form of a private key: `sec1` is ECPrivateKey, `pkcs8` PrivateKeyInfo around one. */
export type Sm2PrivateKeyForm = 'sec1' | 'pkcs8'

/** SubjectPublicKeyInfo. */
export function encodeSm2Spki(publicKey: Sm2PublicKey): Uint8Array {
  return derElement(DER_TAG.sequence, algorithm(), derBitString(publicKey.encode('uncompressed')))
}

/**
 * @throws ERR_KEY_FORM for a key of another algorithm or curve, ERR_DECODE_ELEMENT off the curve; for bytes that can be
 * no key ERR_DECODE_DER, ERR_DECODE_TRAILING, ERR_DECODE_LENGTH
 */
export function decodeSm2Spki(arithmetic: Sm2Arithmetic, bytes: Uint8Array): Sm2PublicKey {
  const info = onlySequence(bytes)
  checkAlgorithm(info)
  const point = info.bitString()
  info.end()
  return Sm2PublicKey.decode(arithmetic, point)
}

/** The private key with its public key. Secret. */
export function encodeSm2PrivateKey(key: Sm2PrivateKey, form: Sm2PrivateKeyForm): Uint8Array {
  if (form === 'sec1') return ecPrivateKey(key, derElement(DER_TAG.explicit0, curve()))
  const inner = ecPrivateKey(key)
  const octets = derElement(DER_TAG.octetString, inner)
  const encoded = derElement(DER_TAG.sequence, version(0), algorithm(), octets)
  wipe(inner, octets)
  return encoded
}

/**
 * @throws ERR_KEY_FORM for a key of another algorithm, curve or version, ERR_KEY_RANGE outside 1 to n − 2,
 * ERR_KEY_MISMATCH when the public key beside it is another one's, ERR_DECODE_ELEMENT when that is no point; for bytes
 * that can be no key ERR_DECODE_DER, ERR_DECODE_TRAILING, ERR_DECODE_LENGTH; ERR_KERNEL_VARIABLE_TIME
 */
export function decodeSm2PrivateKey(
  arithmetic: Sm2Arithmetic,
  bytes: Uint8Array,
  form: Sm2PrivateKeyForm,
): Sm2PrivateKey {
  if (form === 'sec1') return readEcPrivateKey(arithmetic, bytes, true)
  const info = onlySequence(bytes)
  checkVersion(info, 0)
  checkAlgorithm(info)
  const inner = info.element(DER_TAG.octetString)
  info.end()
  return readEcPrivateKey(arithmetic, inner, false)
}

function ecPrivateKey(key: Sm2PrivateKey, ...parameters: readonly Uint8Array[]): Uint8Array {
  const secret = key.exportSecret()
  const octets = derElement(DER_TAG.octetString, secret)
  const publicKey = derBitString(key.publicKey.encode('uncompressed'))
  const encoded = derElement(
    DER_TAG.sequence,
    version(1),
    octets,
    ...parameters,
    derElement(DER_TAG.explicit1, publicKey),
  )
  wipe(secret, octets)
  return encoded
}

function readEcPrivateKey(arithmetic: Sm2Arithmetic, bytes: Uint8Array, needsCurve: boolean): Sm2PrivateKey {
  const fields = onlySequence(bytes)
  checkVersion(fields, 1)
  const secret = fields.element(DER_TAG.octetString)
  if (secret.length !== SM2_PRIVATE_KEY_BYTES) {
    fail('ERR_DECODE_LENGTH', `expected a private key of 32 bytes, found ${secret.length}`)
  }
  if (fields.nextIs(DER_TAG.explicit0)) {
    const parameters = new DerReader(fields.element(DER_TAG.explicit0))
    checkObjectIdentifier(parameters, SM2_P256_V1)
    parameters.end()
  } else if (needsCurve) {
    fail('ERR_KEY_FORM', 'expected an SEC 1 key that names its curve')
  }
  let stored: Sm2PublicKey | null = null
  if (fields.nextIs(DER_TAG.explicit1)) {
    const wrapped = new DerReader(fields.element(DER_TAG.explicit1))
    stored = Sm2PublicKey.decode(arithmetic, wrapped.bitString())
    wrapped.end()
  }
  fields.end()
  const key = Sm2PrivateKey.decode(arithmetic, secret)
  if (stored !== null && !stored.equals(key.publicKey)) {
    fail('ERR_KEY_MISMATCH', 'expected the public key of the private key beside it')
  }
  return key
}

function onlySequence(bytes: Uint8Array): DerReader {
  const outer = new DerReader(bytes)
  const sequence = outer.sequence()
  outer.end()
  return sequence
}

function checkVersion(fields: DerReader, expected: number): void {
  const found = fields.unsigned()
  if (found.length > 1 || (found[0] ?? 0) !== expected) {
    fail('ERR_KEY_FORM', `expected a key of version ${expected}`)
  }
}

function checkAlgorithm(info: DerReader): void {
  const identifier = info.sequence()
  checkObjectIdentifier(identifier, EC_PUBLIC_KEY)
  checkObjectIdentifier(identifier, SM2_P256_V1)
  identifier.end()
}

function checkObjectIdentifier(fields: DerReader, expected: Uint8Array): void {
  if (compareBytes(fields.element(DER_TAG.objectIdentifier), expected) !== 0) {
    fail('ERR_KEY_FORM', 'expected a key of algorithm id-ecPublicKey on the curve sm2p256v1')
  }
}

function version(value: number): Uint8Array {
  return derElement(DER_TAG.integer, Uint8Array.of(value))
}

function algorithm(): Uint8Array {
  return derElement(
    DER_TAG.sequence,
    derElement(DER_TAG.objectIdentifier, EC_PUBLIC_KEY),
    derElement(DER_TAG.objectIdentifier, SM2_P256_V1),
  )
}

function curve(): Uint8Array {
  return derElement(DER_TAG.objectIdentifier, SM2_P256_V1)
}
