import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { toHex, utf8 } from '@mixun/core/bytes'
import { seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import {
  multiply,
  serialize,
  simplifiedSwu,
  toInteger,
  hashToGroup as secondHashToGroup,
} from '../testing/second-oprf/curve.ts'
import { blind, finalize, groupDst, prove, publicKeyOf, scalarOf } from '../testing/second-oprf/oprf.ts'
import { sm3 } from '../testing/second-oprf/sm3.ts'
import { secondP256Sha256, secondSm2Sm3 } from '../testing/second-oprf/suites.ts'
import { computeVectorSets, type VectorSet } from '../testing/second-oprf/vectors.ts'
import { hashInput, hashToScalar } from './context.ts'
import { encodeDleqProof } from './codec.ts'
import { generateProof } from './dleq.ts'
import { evaluateInput } from './output.ts'
import { oprfP256Sha256, oprfSm2Sm3 } from './params.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const frozen = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'),
  ) as readonly VectorSet[]
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the second implementation', () => {
  it('has the hash of GB/T 32905', () => {
    for (const length of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 200]) {
      const message = new Uint8Array(length).fill(length)
      expect(hex(sm3(message))).toBe(createHash('sm3').update(message).digest('hex'))
    }
  })

  it('gives the vectors of RFC 9497 over P-256', () => {
    const published = frozen('rfc9497-oprf').filter(set => set.identifier === 'P256-SHA256')
    expect(computeVectorSets(secondP256Sha256)).toEqual(published)
  })

  it('gives the frozen vectors over SM2', () => {
    expect(computeVectorSets(secondSm2Sm3)).toEqual(frozen('oprf-sm2-sm3'))
  })

  it('maps the exceptional u = 0 to a point', () => {
    const { p, a, b } = secondSm2Sm3
    const [x, y] = simplifiedSwu(secondSm2Sm3, 0n) ?? [0n, 0n]
    expect((y * y - (x ** 3n + a * x + b)) % p).toBe(0n)
  })
})

describe.each([
  { suite: oprfSm2Sm3, second: secondSm2Sm3 },
  { suite: oprfP256Sha256, second: secondP256Sha256 },
])('both implementations of $suite.identifier', ({ suite, second }) => {
  const { group } = suite
  const random = seededRandom(`second-${suite.id}`)

  it('hash to the same elements and scalars, for inputs of all lengths', () => {
    for (let length = 0; length < 150; length++) {
      const input = random.bytes(length)
      const element = group.encodeElement(hashInput(suite, 'voprf', input))
      expect(toHex(element)).toBe(hex(serialize(secondHashToGroup(second, input, groupDst(second, 1)))))
      const scalar = group.encodeScalar(hashToScalar(suite, 'voprf', input))
      expect(toInteger(scalar)).toBe(scalarOf(second, 1, input))
    }
  })

  it('evaluate to the same outputs under the same keys', () => {
    for (let i = 0; i < 10; i++) {
      const key = group.randomScalar(random)
      const [k, factor] = [toInteger(group.encodeScalar(key)), toInteger(random.bytes(31)) + 1n]
      const input = random.bytes(3 * i)
      const evaluated = multiply(second, k, blind(second, 1, input, factor))
      expect(toHex(evaluateInput(suite, 'voprf', key, input, ANY_ARITHMETIC))).toBe(
        hex(finalize(second, input, factor, evaluated)),
      )
    }
  })

  it('prove the same under the same nonces', () => {
    const secretKey = group.randomScalar(random)
    const nonce = group.encodeScalar(group.randomScalar(random))
    const key = { secretKey, publicKey: group.multiplyBase(secretKey) }
    const inputs = [0, 1, 2].map(i => utf8(`input ${i}`))
    const blinded = inputs.map(input => hashInput(suite, 'voprf', input))
    const evaluated = blinded.map(element => group.multiply(element, secretKey))
    const proof = generateProof(suite, key, blinded, evaluated, { bytes: () => nonce.slice() })
    const k = toInteger(group.encodeScalar(secretKey))
    const theirs = inputs.map(input => blind(second, 1, input, 1n))
    const proven = prove(
      second,
      k,
      theirs,
      theirs.map(element => multiply(second, k, element)),
      toInteger(nonce),
    )
    expect(toHex(encodeDleqProof(suite, proof))).toBe(hex(proven))
    expect(toHex(group.encodeElement(key.publicKey))).toBe(hex(serialize(publicKeyOf(second, k))))
  })
})
