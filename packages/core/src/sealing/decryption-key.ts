import { fail } from '../errors/index.ts'
import { type Group, ristretto255, sm2 } from '../group/index.ts'
import { type RandomSource, systemRandom } from '../random/index.ts'
import type { SuiteId } from '../suite/index.ts'
import { proveDecryptionKey, verifyDecryptionKey } from './key-proof.ts'

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
  /**
   * Proof of possession, 64 bytes, for {@link checkEncryptionKey}.
   *
   * @param owner id of the party whose key it is
   * @param random the operating system's, but for tests
   */
  prove(owner: string, random?: RandomSource): Uint8Array
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
  const element = group.multiplyBase(scalar)
  return {
    publicKey: group.encodeElement(element),
    agree: ephemeralKey => group.encodeElement(group.multiply(group.decodeElement(ephemeralKey), scalar)),
    prove: (owner, random = systemRandom) => proveDecryptionKey(group, scalar, element, owner, random),
  }
}

/**
 * Whether things can be sealed to this public key, and `owner` proved to have its private half.
 *
 * @param proof of {@link DecryptionKey.prove}
 * @throws ERR_VERIFY_KEY_POSSESSION, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR
 */
export function checkEncryptionKey(
  suite: SuiteId,
  publicKey: Uint8Array,
  owner: string,
  proof: Uint8Array,
): void {
  verifyDecryptionKey(sealingGroup(suite), publicKey, owner, proof)
}
