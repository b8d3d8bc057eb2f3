import { fail } from '@mixun/core/errors'
import type { CKKSEncoder as NativeCkksEncoder } from 'node-seal'
import type { SealContext } from './context.ts'
import { Plaintext, SealValue } from './values.ts'

/**
 * Packs N/2 real numbers into one plaintext, approximately. What a ckks ciphertext decrypts to carries its noise and
 * so tells about the secret key: it is not shown to another party unless flooded (eprint 2020/1533, 2022/816).
 */
export class CkksEncoder extends SealValue<NativeCkksEncoder> {
  readonly #scale: number
  readonly #maxValue: number

  /** @throws ERR_PARAMETER_SCHEME for bfv and bgv */
  constructor(context: SealContext) {
    context.requireScheme('ckks')
    super(
      context,
      context.call(() => new context.seal.CKKSEncoder(context.native)),
    )
    const { scaleBits, coefficientModulusBits } = context.parameters
    const dataBits = coefficientModulusBits.slice(0, -1).reduce((sum, bits) => sum + bits, 0)
    this.#scale = 2 ** (scaleBits ?? 0)
    this.#maxValue = 2 ** (dataBits - 2) / this.#scale
  }

  /**
   * @param values at most N/2 numbers that, times the scale, stay below a quarter of the data modulus; slots left over
   * are zero
   * @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE
   */
  encode(values: readonly number[] | Float64Array): Plaintext {
    const slots = this.context.parameters.ringDimension / 2
    if (values.length > slots) {
      fail('ERR_INPUT_LENGTH', `expected at most ${slots} values, found ${values.length}`)
    }
    // Not left to SEAL: a number that overflows once scaled makes it write outside its arrays.
    if (!values.every(value => Math.abs(value) < this.#maxValue)) {
      fail('ERR_INPUT_RANGE', `expected numbers below 2^${Math.log2(this.#maxValue)} either way`)
    }
    return Plaintext.make(this.context, native =>
      this.native.encode(Float64Array.from(values), this.#scale, native),
    )
  }

  /** The N/2 slots. @throws ERR_PARAMETER_FOREIGN */
  decode(plaintext: Plaintext): Float64Array {
    this.context.requireOwn(plaintext)
    return this.context.call(() => this.native.decodeFloat64(plaintext.native) as Float64Array)
  }
}
