import { concat, i2osp, utf8, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type Element, requireConstantTime, type Scalar, type SecretScalarOptions } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { decodeNonZeroScalar } from '../group/public.ts'
import { contextString } from './context.ts'
import type { OprfMode, OprfSuite } from './params.ts'

/**
 * An evaluation key: `publicKey = secretKey · G`. Whoever makes one for a variable-time group has to allow that, and the
 * key carries the permission to everything that uses it.
 */
export interface OprfKeyPair extends SecretScalarOptions {
  readonly secretKey: Scalar
  readonly publicKey: Element
}

/** A fresh random key (RFC 9497 section 3.2, GenerateKeyPair). @throws ERR_KERNEL_VARIABLE_TIME */
export function generateKeyPair(
  suite: OprfSuite,
  random: RandomSource,
  options: SecretScalarOptions = {},
): OprfKeyPair {
  requireConstantTime(suite.group, options)
  return keyPair(suite, suite.group.randomScalar(random), options)
}

/**
 * DeriveKeyPair (RFC 9497 section 3.2.1).
 *
 * @param seed secret, as many bytes as a scalar of the group
 * @param info public, at most 65,535 bytes
 * @throws ERR_INPUT_LENGTH, ERR_KERNEL_VARIABLE_TIME, ERR_INPUT_RANGE when 256 attempts give zero (never happens)
 */
export function deriveKeyPair(
  suite: OprfSuite,
  mode: OprfMode,
  seed: Uint8Array,
  info: Uint8Array,
  options: SecretScalarOptions = {},
): OprfKeyPair {
  const { group } = suite
  requireConstantTime(group, options)
  if (seed.length !== group.scalarBytes) {
    fail('ERR_INPUT_LENGTH', `expected a seed of ${group.scalarBytes} bytes, found ${seed.length}`)
  }
  if (info.length > 65_535)
    fail('ERR_INPUT_LENGTH', `expected at most 65535 bytes of info, found ${info.length}`)
  const dst = concat(utf8('DeriveKeyPair'), contextString(suite, mode))
  // The last byte is the counter.
  const deriveInput = concat(seed, i2osp(info.length, 2), info, new Uint8Array(1))
  try {
    for (let counter = 0; counter <= 255; counter++) {
      deriveInput[deriveInput.length - 1] = counter
      const scalar = group.hashToScalar(deriveInput, dst)
      if (!group.isZeroScalar(scalar)) return keyPair(suite, scalar, options)
    }
  } finally {
    wipe(deriveInput)
  }
  return fail('ERR_INPUT_RANGE', 'expected a seed that derives a non-zero scalar')
}

/** The secret scalar, for the key store only. */
export function encodeSecretKey(suite: OprfSuite, key: OprfKeyPair): Uint8Array {
  return suite.group.encodeScalar(key.secretKey)
}

/** The compressed element, as long as the suite's group encodes elements. */
export function encodePublicKey(suite: OprfSuite, publicKey: Element): Uint8Array {
  return suite.group.encodeElement(publicKey)
}

/**
 * The key pair of a stored secret scalar.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_SCALAR, ERR_KERNEL_VARIABLE_TIME
 */
export function decodeKeyPair(
  suite: OprfSuite,
  secretKey: Uint8Array,
  options: SecretScalarOptions = {},
): OprfKeyPair {
  requireConstantTime(suite.group, options)
  return keyPair(suite, decodeNonZeroScalar(suite.group, secretKey), options)
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT */
export function decodePublicKey(suite: OprfSuite, bytes: Uint8Array): Element {
  return suite.group.decodeElement(bytes)
}

function keyPair(suite: OprfSuite, secretKey: Scalar, options: SecretScalarOptions): OprfKeyPair {
  const publicKey = suite.group.multiplyBase(secretKey)
  return { secretKey, publicKey, allowVariableTime: options.allowVariableTime === true }
}
