import { fail } from '../errors/index.ts'
import { type Group, ristretto255, sm2 } from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'
import type { SuiteId } from '../suite/index.ts'

/** A private key that others seal to. It never gives its secret away. */
export interface DecryptionKey {
  /** What others seal to, for member registries: 32 bytes in suite `intl`, 33 in suite `sm`. */
  readonly publicKey: Uint8Array
  /**
   * The encoding of `d · E`, secret.
   *
   * @param ephemeralKey E, checked before the key is touched
   * @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT unless E is a canonical element other than the identity
   */
  agree(ephemeralKey: Uint8Array): Uint8Array
}

/** The group that a suite seals over. Both have prime order, so that no element is of small order. */
export function sealingGroup(suite: SuiteId): Group {
  return suite === 'sm' ? sm2 : ristretto255
}

/** The secret of a fresh decryption key, 32 bytes, for key stores; the caller wipes it. */
export function generateDecryptionSecret(suite: SuiteId, random: RandomSource): Uint8Array {
  const group = sealingGroup(suite)
  return group.encodeScalar(group.randomScalar(random))
}

/** The key of a secret, which is copied. @throws ERR_DECODE_LENGTH, ERR_DECODE_SCALAR, ERR_KEY_RANGE */
export function importDecryptionKey(suite: SuiteId, secret: Uint8Array): DecryptionKey {
  const group = sealingGroup(suite)
  const scalar = group.decodeScalar(secret)
  if (group.isZeroScalar(scalar)) fail('ERR_KEY_RANGE', 'expected a decryption key other than zero')
  return {
    publicKey: group.encodeElement(group.multiplyBase(scalar)),
    agree: ephemeralKey => group.encodeElement(group.multiply(group.decodeElement(ephemeralKey), scalar)),
  }
}

/** Whether anything can be sealed to this public key. @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT */
export function checkEncryptionKey(suite: SuiteId, publicKey: Uint8Array): void {
  sealingGroup(suite).decodeElement(publicKey)
}
