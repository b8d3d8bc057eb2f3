import { fail } from '@mixun/core/errors'
import { type Group, p256, ristretto255, sm2 } from '@mixun/core/group'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { sm3 } from '@mixun/core/sm'
import type { SuiteId } from '@mixun/core/suite'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

/** Largest number of inputs in one message and under one proof: the composite index has 16 bits. */
export const MAX_BATCH = 65_535

/**
 * Largest number of pairs for which a client relies on one proof. The weight of a pair in RFC 9497's composite is a hash
 * of the public key and of that pair alone (section 2.2.1, ComputeComposites), so that a server may choose each
 * D[i] = k·C[i] + δ[i]·G from a list that it makes beforehand. If Σ d[i]·δ[i] = 0, the honest prover's proof accepts
 * although every evaluation is wrong. That is a k-sum problem: with 2^t pairs about 2^t · 2^(252/(t+1)) steps (Wagner, "A
 * Generalized Birthday Problem", CRYPTO 2002).
 *
 *   pairs under one proof             1     2    4    8   16   64  256  1,024  32,765
 *   work of a forgery, log2 of it   126   127   86   66   54   42   36     33      31
 *
 * For more, prove each element by itself, or all of them with `proveEqualLogs` of `consent-blinding` (bases G, C…; images
 * pk, D…): it has one commitment a pair under one hash and no weights, and is no part of the RFC.
 */
export const MAX_PROVEN_BATCH = 2

/** Longest input: RFC 9497 section 5.1 wants inputs smaller than 2^16 − 1 bytes. */
export const MAX_INPUT_BYTES = 65_534

/**
 * Evaluations after which a key must rotate. A static Diffie–Hellman oracle of Q queries costs ½·log2 Q bits
 * (RFC 9497 section 7.2.3): at 2^27 about 13.5 bits. Counted by who holds the key: the party
 * server counts in its party log, by class and epoch, and refuses.
 */
export const MAX_EVALUATIONS_PER_KEY = 2 ** 27

/** `oprf` is the base mode 0x00, `voprf` the verifiable mode 0x01. */
export type OprfMode = 'oprf' | 'voprf'

/** A ciphersuite of RFC 9497 section 4, or one made in its manner. */
export interface OprfSuite extends ParameterSet {
  readonly id: 'oprf_ristretto255-SHA512' | 'oprf_P256-SHA256' | 'oprf_SM2-SM3'
  /** The suite's name in the RFC, part of every context string. */
  readonly identifier: string
  readonly group: Group
  /** Bytes of {@link OprfSuite.hash} and of every output (Nh). */
  readonly hashBytes: number
  hash(...parts: readonly Uint8Array[]): Uint8Array
}

/** OPRF(ristretto255, SHA-512), RFC 9497 section 4.1. */
export const oprfRistretto255Sha512: OprfSuite = defineParameters({
  id: 'oprf_ristretto255-SHA512',
  securityLevel: 'classical128',
  source: 'RFC 9497 section 4.1',
  identifier: 'ristretto255-SHA512',
  group: ristretto255,
  hashBytes: 64,
  hash: parts(sha512),
})

/** OPRF(P-256, SHA-256), RFC 9497 section 4.3. */
export const oprfP256Sha256: OprfSuite = defineParameters({
  id: 'oprf_P256-SHA256',
  securityLevel: 'classical128',
  source: 'RFC 9497 section 4.3',
  identifier: 'P256-SHA256',
  group: p256,
  hashBytes: 32,
  hash: parts(sha256),
})

/**
 * OPRF(SM2, SM3): the construction of RFC 9497 section 4.3 over the curve and hash of Chinese commercial cryptography.
 * The identifier `SM2-SM3` is not registered and the suite is no published standard: elements are compressed points,
 * hashing is simplified SWU with Z = −9, expand_message_xmd over SM3 and L = 48. The vectors in
 * `vectors/oprf-sm2-sm3.json` come from two independent implementations.
 */
export const oprfSm2Sm3: OprfSuite = defineParameters({
  id: 'oprf_SM2-SM3',
  securityLevel: 'classical128',
  source:
    'RFC 9497 section 4 in its manner, unregistered; RFC 9380 sections 5.3.1, 6.6.2 and 8.9; GB/T 32918.5-2017',
  identifier: 'SM2-SM3',
  group: sm2,
  hashBytes: 32,
  hash: sm3,
})

/** All suites. */
export const oprfSuites: readonly OprfSuite[] = [oprfRistretto255Sha512, oprfP256Sha256, oprfSm2Sm3]

/** The suite in which a consortium of this core suite evaluates, commits to subjects and keys its tables. */
export function oprfSuiteOf(suite: SuiteId): OprfSuite {
  return suite === 'sm' ? oprfSm2Sm3 : oprfRistretto255Sha512
}

/** The suite of this id. @throws ERR_PARAMETER_UNKNOWN */
export function oprfSuiteById(id: string): OprfSuite {
  for (const suite of oprfSuites) if (suite.id === id) return suite
  return fail('ERR_PARAMETER_UNKNOWN', `expected an OPRF suite, found ${JSON.stringify(id.slice(0, 40))}`)
}

function parts(hash: { create(): { update(part: Uint8Array): unknown; digest(): Uint8Array } }) {
  return (...inputs: readonly Uint8Array[]): Uint8Array => {
    const state = hash.create()
    for (const input of inputs) state.update(input)
    return state.digest()
  }
}
