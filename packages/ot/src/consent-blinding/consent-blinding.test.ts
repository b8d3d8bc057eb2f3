import { concat, toHex, utf8 } from '@mixun/core/bytes'
import type { Element } from '@mixun/core/group'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import {
  decodeKeyPair,
  encodeSecretKey,
  evaluateInput,
  evaluateWithProof,
  generateKeyPair,
  oprfRistretto255Sha512,
  unblindAndHash,
  verifyProof,
  oprfSuites,
} from '../oprf/index.ts'
import { badElements, badScalars } from '../testing/bad-encodings.ts'
import { blindConsented, verifyBlinding } from './blinding.ts'
import { commitSubject, verifyOpening } from './commitment.ts'
import { combineBlind, rerandomize, verifyFactor, verifyRerandomized } from './rerandomize.ts'
import { proveEqualLogs } from './schnorr.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const subject = utf8('resident-id:11010519491231002X')
const other = utf8('resident-id:440524188001010014')
const context = utf8('intent 1 of galaxy')

describe.each(oprfSuites)('consent-bound blinding over $id', suite => {
  const random = seededRandom(suite.id)
  const { group } = suite
  const zero = new Uint8Array(group.scalarBytes)
  const { commitment, opening } = commitSubject(suite, subject, random)
  const { element, factor, proof } = rerandomize(suite, context, commitment, random)

  it('makes elements that finalise to F(k, x) with blind ρ·τ·s', () => {
    const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
    const blinding = blindConsented(suite, context, [group.decodeElement(element)], random)
    const { blindedElements } = blinding
    const response = evaluateWithProof(suite, key, { blindedElements }, random)
    if (response.proof === null) throw new Error('expected a proof')
    verifyProof(suite, key.publicKey, blindedElements, response.evaluatedElements, response.proof)

    const blind = group.decodeScalar(combineBlind(suite, factor, opening))
    const combined = group.multiplyScalars(blinding.factor, blind)
    const output = unblindAndHash(suite, subject, combined, response.evaluatedElements[0] as Element)
    expect(toHex(output)).toBe(toHex(evaluateInput(suite, 'voprf', key.secretKey, subject, ANY_ARITHMETIC)))
    // The key survives its encoding with the same function.
    const restored = decodeKeyPair(suite, encodeSecretKey(suite, key), ANY_ARITHMETIC)
    expect(toHex(evaluateInput(suite, 'voprf', restored.secretKey, subject, ANY_ARITHMETIC))).toBe(
      toHex(output),
    )
  })

  it('opens to its subject', () => {
    expect(() => verifyOpening(suite, subject, opening, commitment)).not.toThrow()
  })

  it('refuses to open to another subject or with another opening', () => {
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyOpening(suite, other, opening, commitment))
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyOpening(suite, subject, factor, commitment))
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyOpening(suite, subject, opening, element))
  })

  it('refuses malformed openings and commitments', () => {
    expectCode('ERR_DECODE_SCALAR', () => verifyOpening(suite, subject, zero, commitment))
    expectCode('ERR_DECODE_LENGTH', () => verifyOpening(suite, subject, opening.subarray(1), commitment))
    for (const scalar of badScalars[group.id] ?? []) {
      expectCode('ERR_DECODE_SCALAR', () => verifyOpening(suite, subject, scalar, commitment))
      expectCode('ERR_DECODE_SCALAR', () => combineBlind(suite, scalar, opening))
    }
    for (const bad of Object.values(badElements[group.id] ?? {})) {
      expectCode('ERR_DECODE_ELEMENT', () => verifyOpening(suite, subject, opening, bad))
      expectCode('ERR_DECODE_ELEMENT', () => rerandomize(suite, context, bad, random))
      expectCode('ERR_DECODE_ELEMENT', () => verifyRerandomized(suite, context, commitment, bad, proof))
      expectCode('ERR_DECODE_ELEMENT', () => verifyRerandomized(suite, context, bad, element, proof))
    }
  })

  it('commits to one subject differently every time', () => {
    expect(toHex(commitSubject(suite, subject, random).commitment)).not.toBe(toHex(commitment))
  })

  it('proves the fresh element of an intent', () => {
    expect(proof).toHaveLength(64)
    expect(() => verifyRerandomized(suite, context, commitment, element, proof)).not.toThrow()
    expect(() => verifyFactor(suite, commitment, factor, element)).not.toThrow()
  })

  it('refuses the proof for another context, commitment or element', () => {
    const second = rerandomize(suite, context, commitment, random)
    const foreign = commitSubject(suite, other, random)
    const cases: (readonly [Uint8Array, Uint8Array, Uint8Array])[] = [
      [utf8('intent 2 of galaxy'), commitment, element],
      [new Uint8Array(0), commitment, element],
      [context, foreign.commitment, element],
      [context, commitment, second.element],
      [context, element, commitment],
    ]
    for (const [bound, base, image] of cases) {
      expectCode('ERR_VERIFY_BLINDING', () => verifyRerandomized(suite, bound, base, image, proof))
    }
  })

  it('refuses each changed half, a truncated and a prolonged proof', () => {
    const changed = (at: number) => proof.map((byte, i) => (i === at ? byte ^ 1 : byte))
    // The low bit of a scalar, where the encoding has it: the change stays below the order.
    const [first, second] = group.id === 'P256' ? [31, 63] : [0, 32]
    for (const at of [first, second]) {
      expectCode('ERR_VERIFY_BLINDING', () =>
        verifyRerandomized(suite, context, commitment, element, changed(at)),
      )
    }
    const check = (bytes: Uint8Array) => verifyRerandomized(suite, context, commitment, element, bytes)
    expectCode('ERR_DECODE_LENGTH', () => check(proof.subarray(0, 63)))
    expectCode('ERR_DECODE_TRAILING', () => check(concat(proof, zero)))
    for (const scalar of badScalars[group.id] ?? []) {
      expectCode('ERR_DECODE_SCALAR', () => check(concat(scalar, proof.subarray(32))))
      expectCode('ERR_DECODE_SCALAR', () => check(concat(proof.subarray(0, 32), scalar)))
    }
    expectCode('ERR_VERIFY_BLINDING', () => check(concat(zero, zero)))
  })

  it('refuses a factor that does not lead from commitment to element', () => {
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyFactor(suite, commitment, opening, element))
    expectCode('ERR_DECODE_SCALAR', () => verifyFactor(suite, commitment, zero, element))
  })

  it('does not take the proof of an intent for the proof of a request', () => {
    const reused = blindConsented(suite, context, [group.decodeElement(commitment)], random)
    const asIntent = concat(
      group.encodeScalar(reused.proof.challenge),
      group.encodeScalar(reused.proof.response),
    )
    const image = group.encodeElement(reused.blindedElements[0] as Element)
    expectCode('ERR_VERIFY_BLINDING', () => verifyRerandomized(suite, context, commitment, image, asIntent))
  })

  it('proves a batch with one common ρ, and refuses any other', () => {
    const elements = [subject, other, utf8('uscc:91110000100000000X')].map(input => {
      const committed = commitSubject(suite, input, random).commitment
      return group.decodeElement(rerandomize(suite, context, committed, random).element)
    })
    const batch = blindConsented(suite, context, elements, random)
    const [b0, b1, b2] = batch.blindedElements as [Element, Element, Element]
    const check = (images: readonly Element[], bases = elements) =>
      verifyBlinding(suite, context, bases, images, batch.proof)
    expect(() => check([b0, b1, b2])).not.toThrow()
    const alone = blindConsented(suite, context, elements.slice(1, 2), random)
    expectCode('ERR_VERIFY_BLINDING', () => check([b0, alone.blindedElements[0] as Element, b2]))
    expectCode('ERR_VERIFY_BLINDING', () => check([b1, b0, b2]))
    expectCode('ERR_VERIFY_BLINDING', () => check([b0, b1], elements.slice(0, 2)))
    expectCode('ERR_INPUT_LENGTH', () => check([b0, b1]))
    expectCode('ERR_INPUT_LENGTH', () => check([], []))
    expectCode('ERR_INPUT_LENGTH', () => blindConsented(suite, context, [], random))
  })

  it('refuses a batch with different factors, even where the elements are related', () => {
    // T[1] = 2·T[0]: here the prover knows a factor of any weighted sum of the pairs, yet no common one.
    const base = group.decodeElement(element)
    const bases = [base, group.add(base, base)]
    const rho = group.randomScalar(random)
    const images = [group.multiply(base, rho), group.multiply(base, group.addScalars(rho, rho))]
    const prove = (pairs: readonly Element[]) =>
      proveEqualLogs(suite, { label: 'mixun-blind', context, bases, images: pairs }, rho, random)
    expect(() => verifyBlinding(suite, context, bases, images, prove(images))).not.toThrow()
    const unequal = [images[0] as Element, images[0] as Element]
    expectCode('ERR_VERIFY_BLINDING', () => verifyBlinding(suite, context, bases, unequal, prove(unequal)))
  })
})

it('keeps its bytes: commitment, element and proof of fixed randomness', () => {
  // Made by this implementation; a change here breaks recorded consents and intents.
  const suite = oprfRistretto255Sha512
  const random = seededRandom('baseline')
  const { commitment } = commitSubject(suite, subject, random)
  const { element, proof } = rerandomize(suite, context, commitment, random)
  expect([commitment, element, proof].map(toHex)).toEqual([
    '24ad7d73966f37abea590ada3bb92ba4505106a0b85977d26e69860ec2b4c85a',
    '2a17db91f2f5b4299db70218ecd89386bcbe101ba3bfee96ce62cf8fb66d5652',
    '1009362d5985ca835a3129d1032603ef6b1259f931ef0a60547e359770dc910fcfe4a8108c47363241b62ecae856d0ca8618fd62b92e0ddc6894dc31f3a1cf0d',
  ])
})
