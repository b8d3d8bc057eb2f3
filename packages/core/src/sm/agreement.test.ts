import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../bytes/index.ts'
import type { Sm2Arithmetic } from '../group/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { checkSm2Confirmation, type Sm2AgreementOptions, sm2Agree } from './agreement.ts'
import { Sm2PrivateKey } from './private-key.ts'
import { Sm2PublicKey } from './public-key.ts'
import { ANY_ARITHMETIC, arithmetics, integer, modN, privateKey } from './test-vectors.ts'
import { SM2_DEFAULT_USER_ID, sm2UserDigest } from './user-id.ts'

type Side = Readonly<Record<'d' | 'publicKey' | 'z' | 'r' | 'ephemeralKey' | 'confirmation', string>>

const vector = JSON.parse(
  readFileSync(new URL('../../vectors/sm2-agreement.json', import.meta.url), 'utf8'),
) as { readonly a: Side; readonly b: Side; readonly key: string; readonly keyBytes: number }

function optionsOf(arithmetic: Sm2Arithmetic, role: Sm2AgreementOptions['role']): Sm2AgreementOptions {
  const [own, peer] = role === 'initiator' ? [vector.a, vector.b] : [vector.b, vector.a]
  return {
    role,
    key: Sm2PrivateKey.decode(arithmetic, fromHex(own.d), ANY_ARITHMETIC),
    ephemeralKey: Sm2PrivateKey.decode(arithmetic, fromHex(own.r), ANY_ARITHMETIC),
    peer: {
      publicKey: Sm2PublicKey.decode(arithmetic, fromHex(peer.publicKey)),
      ephemeralKey: Sm2PublicKey.decode(arithmetic, fromHex(peer.ephemeralKey)),
    },
    keyBytes: vector.keyBytes,
  }
}

describe.each(arithmetics)('SM2 key agreement, $name', ({ arithmetic }) => {
  const initiator = optionsOf(arithmetic, 'initiator')
  const responder = optionsOf(arithmetic, 'responder')

  it('is that of GB/T 32918.5 annex B, on both sides', () => {
    const [byA, byB] = [sm2Agree(initiator), sm2Agree(responder)]
    for (const [side, agreement, options] of [
      [vector.a, byA, initiator],
      [vector.b, byB, responder],
    ] as const) {
      expect(toHex(agreement.key)).toBe(vector.key)
      expect(toHex(agreement.confirmation)).toBe(side.confirmation)
      expect(toHex(options.key.publicKey.encode('uncompressed'))).toBe(side.publicKey)
      expect(toHex(options.ephemeralKey.publicKey.encode('uncompressed'))).toBe(side.ephemeralKey)
      expect(toHex(sm2UserDigest(options.key.publicKey, SM2_DEFAULT_USER_ID))).toBe(side.z)
    }
    expect(() => checkSm2Confirmation(byA, byB.confirmation)).not.toThrow()
    expect(() => checkSm2Confirmation(byB, byA.confirmation)).not.toThrow()
  })

  it('refuses a confirmation that is changed, reflected or of another run', () => {
    const agreement = sm2Agree(initiator)
    const { confirmation, expectedConfirmation } = agreement
    const random = seededRandom('another run')
    const other = sm2Agree({
      ...responder,
      ephemeralKey: Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC),
    })
    for (const bad of [
      expectedConfirmation.with(31, (expectedConfirmation[31] as number) ^ 1),
      confirmation,
      other.confirmation,
      expectedConfirmation.subarray(1),
      new Uint8Array(0),
    ]) {
      expectCode('ERR_VERIFY_CONFIRMATION', () => checkSm2Confirmation(agreement, bad))
    }
  })

  it('binds user ids, keys and roles', () => {
    const keys = [
      sm2Agree(responder),
      sm2Agree({ ...initiator, userId: utf8('jia') }),
      sm2Agree({ ...initiator, peer: { ...initiator.peer, userId: utf8('jia') } }),
      sm2Agree({ ...initiator, role: 'responder' }),
      sm2Agree({ ...initiator, peer: { ...initiator.peer, publicKey: initiator.peer.ephemeralKey } }),
      sm2Agree({ ...initiator, key: initiator.ephemeralKey }),
    ].map(({ key }) => toHex(key))
    expect(new Set(keys).size).toBe(keys.length)
    const named = sm2Agree({ ...initiator, userId: utf8('jia') })
    const peer = { ...responder.peer, userId: utf8('jia') }
    expect(toHex(sm2Agree({ ...responder, peer }).key)).toBe(toHex(named.key))
  })

  it('gives keys of any length', () => {
    for (const keyBytes of [1, 31, 32, 33, 100]) {
      const [byA, byB] = [initiator, responder].map(side => sm2Agree({ ...side, keyBytes }).key)
      expect(byA).toHaveLength(keyBytes)
      expect(byB).toEqual(byA)
    }
    for (const keyBytes of [0, -1, 1.5, Number.NaN]) {
      expectCode('ERR_INPUT_RANGE', () => sm2Agree({ ...initiator, keyBytes }))
    }
  })

  it('refuses keys whose shared point is infinity', () => {
    // d = −x̄·r, so that P + x̄·R is infinity: who made these keys would know every key agreed with them.
    const r = integer(fromHex(vector.b.r))
    const x = integer(fromHex(vector.b.ephemeralKey).subarray(1, 33))
    const weight = 2n ** 127n + (x % 2n ** 127n)
    const dishonest = privateKey(arithmetic, modN(-weight * r))
    const peer = { ...initiator.peer, publicKey: dishonest.publicKey }
    expectCode('ERR_AGREEMENT_DEGENERATE', () => sm2Agree({ ...initiator, peer }))
    // The same keys on the own side: t = 0.
    expectCode('ERR_AGREEMENT_DEGENERATE', () => sm2Agree({ ...responder, key: dishonest }))
  })
})
