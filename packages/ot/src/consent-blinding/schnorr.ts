/**
 * Schnorr proof of knowledge of one scalar w with `image[i] = w · base[i]` for all i, made non-interactive by the
 * strong Fiat–Shamir transform. Two scalars (c, z), 64 bytes, whatever the number of pairs.
 *
 *   prover(w)                                     verifier
 *   r random, R[i] = r · base[i]
 *   c = challenge(statement, R), z = r − c·w
 *                                    ── c, z ──►  R[i] = z · base[i] + c · image[i]
 *                                                 c = challenge(statement, R)?
 *
 * The challenge is HashToScalar of the group (RFC 9497 section 4) with
 *   DST     = "mixun-schnorr-1-" ‖ suite identifier
 *   message = len₂(label) ‖ label ‖ len₄(context) ‖ context ‖ count₂ ‖ (base[i] ‖ image[i] ‖ R[i]) for each i
 * where lenₙ and countₙ are big-endian integers of n bytes and elements are encoded in Ne bytes each. `label` names
 * the use, `context` everything that the proof shall be bound to (roles, session, keys).
 *
 * Sound and zero-knowledge in the random-oracle model, for batches too: with one commitment a pair and no weights, two
 * accepting answers to different challenges give the same w for every pair. Verification handles public values only and is variable-time; proving is
 * as constant-time as the group. A proof with the identity among its commitments is refused.
 */
import { utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { type ErrorCode, fail } from '@mixun/core/errors'
import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { equalScalars, isIdentity } from '../group/public.ts'
import { decodeDleqProof, encodeDleqProof, MAX_BATCH, type OprfSuite } from '../oprf/index.ts'

/** What is proven, and what the proof is bound to. All of it is public. */
export interface EqualLogStatement {
  /** The use, a constant of the protocol. */
  readonly label: string
  readonly context: Uint8Array
  /** 1 to 65,535 bases. */
  readonly bases: readonly Element[]
  /** As many images, each the same multiple of its base. */
  readonly images: readonly Element[]
}

/** The pair (c, z). */
export interface SchnorrProof {
  readonly challenge: Scalar
  readonly response: Scalar
}

/** @throws ERR_INPUT_LENGTH unless there are 1 to 65,535 pairs */
export function proveEqualLogs(
  suite: OprfSuite,
  statement: EqualLogStatement,
  witness: Scalar,
  random: RandomSource,
): SchnorrProof {
  const { group } = suite
  const nonce = group.randomScalar(random)
  const commitments = statement.bases.map(base => group.multiply(base, nonce))
  const challenge = challengeOf(suite, statement, commitments)
  return { challenge, response: group.subtractScalars(nonce, group.multiplyScalars(challenge, witness)) }
}

/** @throws `code` when the proof fails, ERR_INPUT_LENGTH unless there are 1 to 65,535 pairs */
export function verifyEqualLogs(
  suite: OprfSuite,
  statement: EqualLogStatement,
  proof: SchnorrProof,
  code: ErrorCode,
): void {
  const { group } = suite
  const { bases, images } = statement
  checkPairs(statement)
  const commitments = bases.map((base, i) =>
    group.combinePublic(base, proof.response, images[i] as Element, proof.challenge),
  )
  if (
    commitments.some(commitment => isIdentity(group, commitment)) ||
    !equalScalars(group, proof.challenge, challengeOf(suite, statement, commitments))
  ) {
    fail(code, `expected a valid proof of knowledge: ${statement.label}`)
  }
}

/** Bytes of an encoded proof: 64. */
export function schnorrProofBytes(suite: OprfSuite): number {
  return 2 * suite.group.scalarBytes
}

/** A pair of scalars, encoded as RFC 9497 encodes a DLEQ proof. */
export function encodeSchnorrProof(suite: OprfSuite, proof: SchnorrProof): Uint8Array {
  return encodeDleqProof(suite, proof)
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCALAR */
export function decodeSchnorrProof(suite: OprfSuite, bytes: Uint8Array): SchnorrProof {
  return decodeDleqProof(suite, bytes)
}

function challengeOf(
  suite: OprfSuite,
  statement: EqualLogStatement,
  commitments: readonly Element[],
): Scalar {
  const { group } = suite
  const { bases, images } = statement
  checkPairs(statement)
  const message = new Writer().bytes16(utf8(statement.label)).bytes32(statement.context).uint16(bases.length)
  for (const [i, base] of bases.entries()) {
    message
      .raw(group.encodeElement(base))
      .raw(group.encodeElement(images[i] as Element))
      .raw(group.encodeElement(commitments[i] as Element))
  }
  return group.hashToScalar(message.finish(), utf8(`mixun-schnorr-1-${suite.identifier}`))
}

function checkPairs({ bases, images }: EqualLogStatement): void {
  if (bases.length < 1 || bases.length > MAX_BATCH || images.length !== bases.length) {
    fail('ERR_INPUT_LENGTH', `expected two equally long lists of 1 to ${MAX_BATCH} elements`)
  }
}
