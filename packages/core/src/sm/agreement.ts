/**
 * SM2 key agreement, GB/T 32918.3-2016 section 6.2 and GM/T 0009-2012 section 9.6: both sides use a static and an
 * ephemeral key pair. All four belong to one arithmetic.
 *
 *     A, with d_A, r_A                                 B, with d_B, r_B
 *         R_A = r_A·G            ────────────────►
 *                                ◄────────────────         R_B = r_B·G, S_B
 *         S_A                    ────────────────►
 *
 *     x̄ = 2^127 + (x mod 2^127) of an ephemeral point, t = d + x̄·r
 *     V = t_A·(P_B + x̄_B·R_B) = t_B·(P_A + x̄_A·R_A)
 *     K = KDF(x_V ‖ y_V ‖ Z_A ‖ Z_B, length)
 *     S_B = SM3(02 ‖ y_V ‖ SM3(x_V ‖ Z_A ‖ Z_B ‖ R_A ‖ R_B)), S_A the same with 03
 *
 * The confirmations S are optional in the standard; without them a side does not know that the other holds the key, nor
 * that its ephemeral key came from the other: forward secrecy against an active attacker needs them. Ephemeral keys
 * serve one run. The order of both sides' ids and keys in Z and S is by role, so both must agree on the roles.
 */
import { concat, equalConstantTime, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { Scalar } from '../group/index.ts'
import { sm2Kdf } from './kdf.ts'
import type { Sm2PrivateKey } from './private-key.ts'
import type { Sm2PublicKey } from './public-key.ts'
import { sm3 } from './sm3.ts'
import { SM2_DEFAULT_USER_ID, sm2UserDigest } from './user-id.ts'

/** What one side brings to a run. */
export interface Sm2AgreementOptions {
  /** A of the standard is the initiator. */
  readonly role: 'initiator' | 'responder'
  readonly key: Sm2PrivateKey
  /** Fresh for this run. */
  readonly ephemeralKey: Sm2PrivateKey
  /** Of the own side; `1234567812345678` by default, as for signatures. */
  readonly userId?: Uint8Array
  readonly peer: {
    readonly publicKey: Sm2PublicKey
    readonly ephemeralKey: Sm2PublicKey
    readonly userId?: Uint8Array
  }
  /** Bytes of the key. */
  readonly keyBytes: number
}

/** What one side of the key agreement has after it (GB/T 32918.3 section 6.2). */
export interface Sm2Agreement {
  /** K. Secret; not confirmed until {@link checkSm2Confirmation}. */
  readonly key: Uint8Array
  /** What the own side may send to prove that it holds the key; 32 bytes. */
  readonly confirmation: Uint8Array
  /** What the peer has to send; 32 bytes. */
  readonly expectedConfirmation: Uint8Array
}

/** @throws ERR_AGREEMENT_DEGENERATE at infinity, ERR_INPUT_RANGE unless `keyBytes` ≥ 1, ERR_INPUT_LENGTH for a user id */
export function sm2Agree(options: Sm2AgreementOptions): Sm2Agreement {
  const { role, key, ephemeralKey, peer, keyBytes } = options
  if (!Number.isSafeInteger(keyBytes) || keyBytes < 1) {
    fail('ERR_INPUT_RANGE', `expected a key of at least one byte, found ${keyBytes}`)
  }
  const shared = sharedPoint(key, ephemeralKey, peer.publicKey, peer.ephemeralKey)
  const own = [
    sm2UserDigest(key.publicKey, options.userId ?? SM2_DEFAULT_USER_ID),
    ephemeralKey.publicKey.affine(),
  ] as const
  const theirs = [
    sm2UserDigest(peer.publicKey, peer.userId ?? SM2_DEFAULT_USER_ID),
    peer.ephemeralKey.affine(),
  ] as const
  const [[zA, rA], [zB, rB]] = role === 'initiator' ? [own, theirs] : [theirs, own]
  const secret = concat(shared, zA, zB)
  const derived = sm2Kdf(secret, keyBytes)
  const inner = sm3(shared.subarray(0, 32), zA, zB, rA, rB)
  const confirm = (prefix: number) => sm3(Uint8Array.of(prefix), shared.subarray(32), inner)
  const [byInitiator, byResponder] = [confirm(3), confirm(2)]
  wipe(shared, secret, inner)
  return role === 'initiator'
    ? { key: derived, confirmation: byInitiator, expectedConfirmation: byResponder }
    : { key: derived, confirmation: byResponder, expectedConfirmation: byInitiator }
}

/** Checks what the peer sent to confirm the key. @throws ERR_VERIFY_CONFIRMATION */
export function checkSm2Confirmation(agreement: Sm2Agreement, received: Uint8Array): void {
  if (!equalConstantTime(agreement.expectedConfirmation, received)) {
    fail('ERR_VERIFY_CONFIRMATION', 'expected the confirmation of a peer that holds the same key')
  }
}

/** x ‖ y of V (steps A4 to A7 and B3 to B6). Secret. */
function sharedPoint(
  key: Sm2PrivateKey,
  ephemeralKey: Sm2PrivateKey,
  peerKey: Sm2PublicKey,
  peerEphemeral: Sm2PublicKey,
): Uint8Array {
  const { arithmetic } = key.publicKey
  const t = key.addWeighted(weight(ephemeralKey.publicKey), ephemeralKey)
  const one = arithmetic.decodeScalar(new Uint8Array(32).with(31, 1))
  const sum = arithmetic.combinePublic(peerKey.point, one, peerEphemeral.point, weight(peerEphemeral))
  const isInfinity = arithmetic.encodeAffine(sum).every(byte => byte === 0)
  if (isInfinity || arithmetic.isZeroScalar(t)) {
    fail('ERR_AGREEMENT_DEGENERATE', 'expected keys whose shared point is not infinity')
  }
  return arithmetic.encodeAffine(arithmetic.multiply(sum, t))
}

/** x̄ = 2^w + (x mod 2^w) with w = ⌈⌈log2 n⌉ / 2⌉ − 1 = 127: the low 16 bytes of x with their top bit set. */
function weight(ephemeral: Sm2PublicKey): Scalar {
  const bytes = new Uint8Array(32)
  bytes.set(ephemeral.affine().subarray(16, 32), 16)
  bytes[16] = (bytes[16] as number) | 0x80
  return ephemeral.arithmetic.decodeScalar(bytes)
}
