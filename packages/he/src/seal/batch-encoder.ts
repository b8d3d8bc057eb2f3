import { fail } from '@mixun/core/errors'
import type { BatchEncoder as NativeBatchEncoder } from 'node-seal'
import type { SealContext } from './context.ts'
import { Plaintext, SealValue } from './values.ts'

/** Packs N integers modulo t into one plaintext; sums and products then act slot by slot. For bfv and bgv. */
export class BatchEncoder extends SealValue<NativeBatchEncoder> {
  readonly #plaintextModulus: bigint

  /** @throws ERR_PARAMETER_SCHEME for ckks */
  constructor(context: SealContext) {
    context.requireScheme('bfv', 'bgv')
    super(
      context,
      context.call(() => new context.seal.BatchEncoder(context.native)),
    )
    this.#plaintextModulus = context.parameters.plaintextModulus ?? 0n
  }

  /**
   * @param values at most N integers in [0, t); slots left over are zero
   * @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE
   */
  encode(values: readonly bigint[] | BigUint64Array): Plaintext {
    const slots = this.context.parameters.ringDimension
    if (values.length > slots) {
      fail('ERR_INPUT_LENGTH', `expected at most ${slots} values, found ${values.length}`)
    }
    // SEAL's release build does not check the range; the message must not show a value.
    if (values.some(value => value < 0n || value >= this.#plaintextModulus)) {
      fail('ERR_INPUT_RANGE', `expected integers from 0 to ${this.#plaintextModulus - 1n}`)
    }
    return Plaintext.make(this.context, native => this.native.encode(BigUint64Array.from(values), native))
  }

  /** The N slots, in [0, t). @throws ERR_PARAMETER_FOREIGN */
  decode(plaintext: Plaintext): BigUint64Array {
    this.context.requireOwn(plaintext)
    return this.context.call(() => this.native.decodeBigUint64(plaintext.native) as BigUint64Array)
  }
}
