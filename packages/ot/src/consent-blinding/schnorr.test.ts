import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import type { Element } from '@mixun/core/group'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { isIdentity } from '../group/public.ts'
import { oprfRistretto255Sha512, oprfSuites } from '../oprf/index.ts'
import { proveEqualLogs, verifyEqualLogs } from './schnorr.ts'

const label = 'mixun-test'
const context = utf8('context')

describe.each(oprfSuites)('Schnorr proofs over $identifier', suite => {
  const { group } = suite
  const random = seededRandom(suite.id)
  const witness = group.randomScalar(random)
  const bases = [1, 2].map(() => group.multiplyBase(group.randomScalar(random)))
  const images = bases.map(base => group.multiply(base, witness))
  const statement = { label, context, bases, images }
  const proof = proveEqualLogs(suite, statement, witness, random)

  it('hash exactly what the head comment says', () => {
    const { challenge, response } = proof
    const parts = bases.flatMap((base, i) => {
      const image = images[i] as Element
      return [base, image, group.combinePublic(base, response, image, challenge)].map(group.encodeElement)
    })
    const message = concat(i2osp(10, 2), utf8(label), i2osp(7, 4), context, i2osp(2, 2), ...parts)
    const expected = group.hashToScalar(message, utf8(`mixun-schnorr-1-${suite.identifier}`))
    expect(group.encodeScalar(challenge)).toEqual(group.encodeScalar(expected))
  })

  it('are of their label, context, bases and images only', () => {
    const check = (changes: Partial<typeof statement>) =>
      verifyEqualLogs(suite, { ...statement, ...changes }, proof, 'ERR_VERIFY_BLINDING')
    expect(() => check({})).not.toThrow()
    expectCode('ERR_VERIFY_BLINDING', () => check({ label: 'mixun-tes' }))
    expectCode('ERR_VERIFY_BLINDING', () => check({ context: utf8('contexT') }))
    expectCode('ERR_VERIFY_BLINDING', () => check({ bases: bases.toReversed(), images: images.toReversed() }))
    expectCode('ERR_VERIFY_BLINDING', () => check({ bases: images, images: bases }))
    expectCode('ERR_VERIFY_BLINDING', () => check({ bases: bases.slice(1), images: images.slice(1) }))
  })

  it('cover a batch of evaluations, each of which has to be right', () => {
    const publicKey = group.multiplyBase(witness)
    const blinded = Array.from({ length: 8 }, () => group.multiplyBase(group.randomScalar(random)))
    const batch = {
      label,
      context,
      bases: [group.generator(), ...blinded],
      images: [publicKey, ...group.multiplyBatch(blinded, witness)],
    }
    const whole = proveEqualLogs(suite, batch, witness, random)
    verifyEqualLogs(suite, batch, whole, 'ERR_VERIFY_DLEQ')
    // Errors that cancel in a sum, +G in one place and −G in another, are made and proven by who holds the key.
    const [, first, second, ...rest] = batch.images as [Element, Element, Element, ...Element[]]
    const [one, zero] = [group.invertScalar(witness), group.subtractScalars(witness, witness)]
    const minus = group.subtractScalars(zero, group.multiplyScalars(one, witness))
    const negative = group.multiplyBase(minus)
    const images = [publicKey, group.add(first, group.generator()), group.add(second, negative), ...rest]
    const forged = proveEqualLogs(suite, { ...batch, images }, witness, random)
    expectCode('ERR_VERIFY_DLEQ', () =>
      verifyEqualLogs(suite, { ...batch, images }, forged, 'ERR_VERIFY_DLEQ'),
    )
  })

  it('cannot be moved between label and context', () => {
    const moved = { ...statement, label: `${label}c`, context: utf8('ontext') }
    expectCode('ERR_VERIFY_BLINDING', () => verifyEqualLogs(suite, moved, proof, 'ERR_VERIFY_BLINDING'))
  })

  it('cannot be made by choosing the image after the challenge', () => {
    // Against a challenge that leaves the image out, this forgery works: c, z first, then image = c⁻¹·(R − z·base).
    const [base] = bases as [Element, Element]
    const nonce = group.randomScalar(random)
    const commitment = group.multiply(base, nonce)
    const message = concat(utf8(label), context, group.encodeElement(base), group.encodeElement(commitment))
    const challenge = group.hashToScalar(message, utf8(`mixun-schnorr-1-${suite.identifier}`))
    const response = group.randomScalar(random)
    const inverse = group.invertScalar(challenge)
    const exponent = group.multiplyScalars(group.subtractScalars(nonce, response), inverse)
    const image = group.multiply(base, exponent)
    const forged = group.combinePublic(base, response, image, challenge)
    expect(group.equalElements(forged, commitment)).toBe(true)
    expectCode('ERR_VERIFY_BLINDING', () =>
      verifyEqualLogs(
        suite,
        { label, context, bases: [base], images: [image] },
        { challenge, response },
        'ERR_VERIFY_BLINDING',
      ),
    )
  })

  it('are refused with the identity among the commitments', () => {
    // c = 0 and z = 0 satisfy the equation with R = identity.
    const zero = group.subtractScalars(witness, witness)
    const commitment = group.combinePublic(bases[0] as Element, zero, images[0] as Element, zero)
    expect(isIdentity(group, commitment)).toBe(true)
    const trivial = { challenge: zero, response: zero }
    expectCode('ERR_VERIFY_KEY_POSSESSION', () =>
      verifyEqualLogs(suite, statement, trivial, 'ERR_VERIFY_KEY_POSSESSION'),
    )
  })
})

it('are refused from a prover that takes r = 0, although the equations hold', () => {
  const suite = oprfRistretto255Sha512
  const { group } = suite
  const witness = group.randomScalar(seededRandom('zero'))
  const base = group.generator()
  const image = group.multiplyBase(witness)
  const statement = { label, context, bases: [base], images: [image] }
  const proofWith = (nonce: typeof witness, commitment: Element) => {
    const parts = [base, image, commitment].map(group.encodeElement)
    const message = concat(i2osp(10, 2), utf8(label), i2osp(7, 4), context, i2osp(1, 2), ...parts)
    const challenge = group.hashToScalar(message, utf8(`mixun-schnorr-1-${suite.identifier}`))
    return { challenge, response: group.subtractScalars(nonce, group.multiplyScalars(challenge, witness)) }
  }
  const nonce = group.randomScalar(seededRandom('nonce'))
  const honest = proofWith(nonce, group.multiplyBase(nonce))
  expect(() => verifyEqualLogs(suite, statement, honest, 'ERR_VERIFY_BLINDING')).not.toThrow()
  const zero = group.subtractScalars(nonce, nonce)
  const degenerate = proofWith(zero, group.combinePublic(base, zero, base, zero))
  expectCode('ERR_VERIFY_BLINDING', () =>
    verifyEqualLogs(suite, statement, degenerate, 'ERR_VERIFY_BLINDING'),
  )
})
