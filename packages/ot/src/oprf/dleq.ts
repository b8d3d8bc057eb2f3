/**
 * Proof of equal discrete logarithms, RFC 9497 section 2.2: `pk = k·G` and `D[i] = k·C[i]` for a batch of pairs, one
 * proof of two scalars for all of them. Used in the verifiable mode only, under its context string.
 *
 * The proof is zero-knowledge for the key, and sound in the random-oracle model for up to {@link MAX_PROVEN_BATCH} pairs:
 * beyond that a server can forge it in far fewer than 2^126 steps, and {@link verifyProof} refuses. It binds neither a
 * session nor a client and is transferable; keyword OT signs evaluation receipts for that.
 *
 * Stricter than the RFC in one point: a proof whose composites or commitments are the identity is refused. An honest
 * prover makes one with probability 2^-252, and P-256 has no fixed-length encoding of the identity.
 */
import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { equalScalars, isIdentity } from '../group/public.ts'
import { contextString, hashToScalar } from './context.ts'
import type { OprfKeyPair } from './keys.ts'
import { MAX_BATCH, MAX_PROVEN_BATCH, type OprfSuite } from './params.ts'

/** The pair (c, s) of RFC 9497. */
export interface DleqProof {
  readonly challenge: Scalar
  readonly response: Scalar
}

/** How far a client relies on one proof. */
export interface ProofOptions {
  /**
   * Take one proof for more than {@link MAX_PROVEN_BATCH} pairs. A malicious server can forge it: for test vectors,
   * interoperability and measurements only.
   */
  readonly allowWeakBatchProof?: boolean
}

/**
 * GenerateProof (section 2.2.1) with A the generator and B the public key. `random` must never repeat: two proofs
 * with one nonce give the key away.
 *
 * @throws ERR_INPUT_LENGTH unless both lists hold the same 1 to 65,535 elements
 */
export function generateProof(
  suite: OprfSuite,
  key: OprfKeyPair,
  blindedElements: readonly Element[],
  evaluatedElements: readonly Element[],
  random: RandomSource,
): DleqProof {
  checkBatch(blindedElements, evaluatedElements)
  const composite = partialComposite(suite, key.publicKey, 0, blindedElements, evaluatedElements)
  return proveComposite(suite, key, composite, random)
}

/**
 * The part of the composite M of ComputeComposites (section 2.2.1) that the pairs from number `first` on add to it; the
 * sum of the parts is the whole.
 */
export function partialComposite(
  suite: OprfSuite,
  publicKey: Element,
  first: number,
  blindedElements: readonly Element[],
  evaluatedElements: readonly Element[],
): Element {
  const publicKeyBytes = suite.group.encodeElement(publicKey)
  const weights = compositeWeights(suite, publicKeyBytes, first, blindedElements, evaluatedElements)
  return suite.group.sumPublic(blindedElements, weights)
}

/** The rest of {@link generateProof}, from the composite M on: its time does not depend on the batch. */
export function proveComposite(
  suite: OprfSuite,
  key: OprfKeyPair,
  m: Element,
  random: RandomSource,
): DleqProof {
  const { group } = suite
  const publicKey = group.encodeElement(key.publicKey)
  // ComputeCompositesFast: who knows the key needs no second sum.
  const z = group.multiply(m, key.secretKey)
  const nonce = group.randomScalar(random)
  const challenge = challengeOf(suite, publicKey, [m, z, group.multiplyBase(nonce), group.multiply(m, nonce)])
  return {
    challenge,
    response: group.subtractScalars(nonce, group.multiplyScalars(challenge, key.secretKey)),
  }
}

/**
 * VerifyProof (section 2.2.2). All inputs are public.
 *
 * @throws ERR_VERIFY_DLEQ, ERR_INPUT_PROOF_BATCH above {@link MAX_PROVEN_BATCH} pairs unless the options allow them,
 * ERR_INPUT_LENGTH unless both lists hold the same 1 to 65,535 elements
 */
export function verifyProof(
  suite: OprfSuite,
  publicKey: Element,
  blindedElements: readonly Element[],
  evaluatedElements: readonly Element[],
  proof: DleqProof,
  options: ProofOptions = {},
): void {
  const { group } = suite
  const { challenge, response } = proof
  checkBatch(blindedElements, evaluatedElements)
  checkProvenBatch(blindedElements.length, options)
  const publicKeyBytes = group.encodeElement(publicKey)
  const weights = compositeWeights(suite, publicKeyBytes, 0, blindedElements, evaluatedElements)
  const m = group.sumPublic(blindedElements, weights)
  const z = group.sumPublic(evaluatedElements, weights)
  const t2 = group.combinePublic(group.generator(), response, publicKey, challenge)
  const t3 = group.combinePublic(m, response, z, challenge)
  const elements = [m, z, t2, t3]
  if (
    elements.some(element => isIdentity(group, element)) ||
    !equalScalars(group, challenge, challengeOf(suite, publicKeyBytes, elements))
  ) {
    fail('ERR_VERIFY_DLEQ', 'expected an evaluation under the committed public key')
  }
}

/** @throws ERR_INPUT_PROOF_BATCH when one proof of `count` pairs is not to be relied on */
export function checkProvenBatch(count: number, options: ProofOptions): void {
  if (count > MAX_PROVEN_BATCH && options.allowWeakBatchProof !== true) {
    fail(
      'ERR_INPUT_PROOF_BATCH',
      `expected at most ${MAX_PROVEN_BATCH} pairs under one proof, found ${count}`,
    )
  }
}

/** @throws ERR_INPUT_LENGTH */
function checkBatch(blindedElements: readonly Element[], evaluatedElements: readonly Element[]): void {
  const count = blindedElements.length
  if (count < 1 || count > MAX_BATCH || evaluatedElements.length !== count) {
    fail('ERR_INPUT_LENGTH', `expected two equally long lists of 1 to ${MAX_BATCH} elements`)
  }
}

/** The scalars d_i of ComputeComposites (section 2.2.1) for the pairs from number `first` on. */
function compositeWeights(
  suite: OprfSuite,
  publicKey: Uint8Array,
  first: number,
  blindedElements: readonly Element[],
  evaluatedElements: readonly Element[],
): Scalar[] {
  const { group } = suite
  const seedDst = concat(utf8('Seed-'), contextString(suite, 'voprf'))
  const seed = suite.hash(new Writer().bytes16(publicKey).bytes16(seedDst).finish())
  const blinded = group.encodeElementBatch(blindedElements)
  const evaluated = group.encodeElementBatch(evaluatedElements)
  return blinded.map((one, i) => {
    const transcript = new Writer()
      .bytes16(seed)
      .raw(i2osp(first + i, 2))
      .bytes16(one)
      .bytes16(evaluated[i] as Uint8Array)
      .raw(utf8('Composite'))
    return hashToScalar(suite, 'voprf', transcript.finish())
  })
}

/** The challenge over B, M, Z, t2 and t3, in this order. */
function challengeOf(suite: OprfSuite, publicKey: Uint8Array, elements: readonly Element[]): Scalar {
  const transcript = new Writer().bytes16(publicKey)
  for (const element of elements) transcript.bytes16(suite.group.encodeElement(element))
  return hashToScalar(suite, 'voprf', transcript.raw(utf8('Challenge')).finish())
}
