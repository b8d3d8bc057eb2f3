import { aes128Permutation } from '@mixun/core/aes'
import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { sm4EncryptBlocks } from '@mixun/core/sm'
import type { SuiteId } from '@mixun/core/suite'
import {
  AES128_ROUND_KEY_BITS,
  aes128,
  aes128RoundKeys,
  type Bit,
  type Bits,
  type CircuitBuilder,
  SM4_ROUND_KEY_BITS,
  sm4,
  sm4RoundKeys,
} from '../circuits/index.ts'
import { type OkvsParameters, okvsRandomBand256 } from '../okvs/index.ts'

/** Bytes of a handle, of a mask key and of an entry. */
export const ENTRY_BYTES = 16

/** Bytes of the mark u, and of the masked amount, in an entry. */
export const MARK_BYTES = 8

/** Amounts lie below it, so that the sum of two never looks like a small one. */
export const MAX_AMOUNT = 2n ** 63n - 1n

/** The block cipher that masks amounts, plain and as a circuit. */
export interface MaskCipher {
  /** Constants of {@link MaskCipher.circuit}. */
  readonly roundKeyBits: number
  readonly roundKeys: (key: Uint8Array) => Uint8Array
  readonly circuit: (builder: CircuitBuilder, block: Bits, roundKeys: readonly number[]) => Bit[]
  /** E of many blocks. @param key secret, 16 bytes */
  readonly encrypt: (key: Uint8Array, blocks: Uint8Array) => Uint8Array
}

/** Parameters of a joint table. */
export interface JointTableParameters extends ParameterSet {
  readonly suite: SuiteId
  readonly okvs: OkvsParameters
  readonly cipher: MaskCipher
}

/** Suite `intl`: amounts are masked with AES-128. */
export const jointTableAes128: JointTableParameters = defineParameters({
  id: 'jointtable_aes128_okvs-rb-w256-e10',
  securityLevel: 'classical128',
  source: 'AES-128 as a pseudorandom function of at most 2^20 inputs; eprint 2023/903',
  suite: 'intl',
  okvs: okvsRandomBand256,
  cipher: {
    roundKeyBits: AES128_ROUND_KEY_BITS,
    roundKeys: aes128RoundKeys,
    circuit: aes128,
    encrypt: (key, blocks) => aes128Permutation(key)(blocks),
  },
})

/** Suite `sm`: amounts are masked with SM4. */
export const jointTableSm4: JointTableParameters = defineParameters({
  id: 'jointtable_sm4_okvs-rb-w256-e10',
  securityLevel: 'classical128',
  source: 'SM4 as a pseudorandom function of at most 2^20 inputs; eprint 2023/903',
  suite: 'sm',
  okvs: okvsRandomBand256,
  cipher: {
    roundKeyBits: SM4_ROUND_KEY_BITS,
    roundKeys: sm4RoundKeys,
    circuit: sm4,
    encrypt: sm4EncryptBlocks,
  },
})

/** The parameters of this id. @throws ERR_PARAMETER_UNKNOWN */
export function jointTableParametersById(id: string): JointTableParameters {
  return (
    [jointTableAes128, jointTableSm4].find(parameters => parameters.id === id) ??
    fail(
      'ERR_PARAMETER_UNKNOWN',
      `expected parameters of a joint table, found ${JSON.stringify(id.slice(0, 60))}`,
    )
  )
}

/** The parameters of a consortium of this suite. */
export function jointTableParametersOf(suite: SuiteId): JointTableParameters {
  return suite === 'sm' ? jointTableSm4 : jointTableAes128
}
