import { utf8 } from '../bytes/index.ts'
import { Writer } from '../codec/index.ts'
import { fail } from '../errors/index.ts'
import type { Element, Group, Scalar } from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'

/**
 * Schnorr proof of possession of a decryption key, non-interactive by the strong Fiat–Shamir transform: two scalars
 * (c, z), 64 bytes, with `R = z·G + c·P` and `c = HashToScalar(P ‖ R ‖ owner)`. Else a member could register the key of
 * another, or one that nobody has, under its own name. Sound and zero-knowledge in the random-oracle model; the nonce
 * comes from the operating system alone.
 */
export function proveDecryptionKey(
  group: Group,
  secret: Scalar,
  publicKey: Element,
  owner: string,
  random: RandomSource,
): Uint8Array {
  const nonce = group.randomScalar(random)
  const challenge = challengeOf(group, publicKey, group.multiplyBase(nonce), owner)
  const response = group.subtractScalars(nonce, group.multiplyScalars(challenge, secret))
  const { scalarBytes } = group
  return new Writer()
    .fixed(group.encodeScalar(challenge), scalarBytes)
    .fixed(group.encodeScalar(response), scalarBytes)
    .finish()
}

/** @throws ERR_VERIFY_KEY_POSSESSION, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function verifyDecryptionKey(
  group: Group,
  publicKeyBytes: Uint8Array,
  owner: string,
  proof: Uint8Array,
): void {
  const publicKey = group.decodeElement(publicKeyBytes)
  const { scalarBytes } = group
  if (proof.length !== 2 * scalarBytes) {
    fail('ERR_DECODE_LENGTH', `expected a proof of ${2 * scalarBytes} bytes, found ${proof.length}`)
  }
  const challenge = group.decodeScalar(proof.subarray(0, scalarBytes))
  const response = group.decodeScalar(proof.subarray(scalarBytes))
  const commitment = group.combinePublic(group.generator(), response, publicKey, challenge)
  const expected = challengeOf(group, publicKey, commitment, owner)
  if (!group.isZeroScalar(group.subtractScalars(challenge, expected))) {
    fail('ERR_VERIFY_KEY_POSSESSION', `expected ${owner} to prove that it has its decryption key`)
  }
}

function challengeOf(group: Group, publicKey: Element, commitment: Element, owner: string): Scalar {
  const message = new Writer()
    .fixed(group.encodeElement(publicKey), group.elementBytes)
    .fixed(group.encodeElement(commitment), group.elementBytes)
    .bytes16(utf8(owner))
    .finish()
  return group.hashToScalar(message, utf8(`mixun-sealing-key-1-${group.id}`))
}
