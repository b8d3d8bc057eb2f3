import { type CurveSuite, multiply, serialize, toBytes } from './curve.ts'
import { blind, deriveKey, finalize, groupDst, prove, publicKeyOf } from './oprf.ts'

/** One case in the form of the CFRG's files: hex, lists joined by commas. */
export interface Vector {
  readonly Batch: number
  readonly Blind: string
  readonly BlindedElement: string
  readonly EvaluationElement: string
  readonly Input: string
  readonly Output: string
  readonly Proof?: { readonly proof: string; readonly r: string }
}

/** All cases of one suite and mode. */
export interface VectorSet {
  readonly groupDST: string
  readonly hash: string
  readonly identifier: string
  readonly keyInfo: string
  readonly mode: number
  readonly pkSm?: string
  readonly seed: string
  readonly skSm: string
  readonly vectors: readonly Vector[]
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const unhex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

// What RFC 9497 appendix A.3 (P256-SHA256) starts from: seed, key info, inputs, blinds and the proofs' nonces.
const SEED = 'a3'.repeat(32)
const KEY_INFO = hex(new TextEncoder().encode('test key'))
const INPUTS = ['00', '5a'.repeat(17)] as const
const BLIND = '3338fa65ec36e0290022b48eb562889d89dbfa691d1cde91517fa222ed7ad364'
const SECOND = 'f9db001266677f62c095021db018cd8cbb55941d4073698ce45c405d1348b7b1'
const THIRD = '350e8040f828bf6ceca27405420cdf3d63cb3aef005f40ba51943c8026877963'

/** The vectors of modes 0 and 1 as the second implementation computes them. */
export function computeVectorSets(suite: CurveSuite): VectorSet[] {
  return [0, 1].map(mode => {
    const key = deriveKey(suite, mode, unhex(SEED), unhex(KEY_INFO))
    const single = INPUTS.map(input => vector(suite, mode, key, [input], [BLIND], SECOND))
    const batch = vector(suite, mode, key, INPUTS, [BLIND, SECOND], THIRD)
    return {
      groupDST: hex(groupDst(suite, mode)),
      hash: suite.hashName,
      identifier: suite.identifier,
      keyInfo: KEY_INFO,
      mode,
      ...(mode === 1 && { pkSm: hex(serialize(publicKeyOf(suite, key))) }),
      seed: SEED,
      skSm: hex(toBytes(key, 32)),
      vectors: mode === 1 ? [...single, batch] : single,
    }
  })
}

function vector(
  suite: CurveSuite,
  mode: number,
  key: bigint,
  inputs: readonly string[],
  blinds: readonly string[],
  r: string,
): Vector {
  const factors = blinds.map(text => BigInt(`0x${text}`))
  const blinded = inputs.map((input, i) => blind(suite, mode, unhex(input), factors[i] as bigint))
  const evaluated = blinded.map(element => multiply(suite, key, element))
  const outputs = inputs.map((input, i) =>
    finalize(suite, unhex(input), factors[i] as bigint, evaluated[i] ?? null),
  )
  const list = (all: readonly Uint8Array[]) => all.map(hex).join(',')
  return {
    Batch: inputs.length,
    Blind: blinds.join(','),
    BlindedElement: list(blinded.map(serialize)),
    EvaluationElement: list(evaluated.map(serialize)),
    Input: inputs.join(','),
    Output: list(outputs),
    ...(mode === 1 && { Proof: { proof: hex(prove(suite, key, blinded, evaluated, BigInt(`0x${r}`))), r } }),
  }
}
