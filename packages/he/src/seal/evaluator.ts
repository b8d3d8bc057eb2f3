import type { Evaluator as NativeEvaluator } from 'node-seal'
import type { SealContext } from './context.ts'
import type { GaloisKeys, RelinearizationKeys } from './keys.ts'
import { Ciphertext, type Plaintext, SealValue } from './values.ts'

/**
 * Computes on ciphertexts without a secret key; each operation returns a new ciphertext and spends noise budget. The
 * noise of a result tells its holder about the plaintext operands: an answer that must hide them is flooded first.
 *
 * All operations throw ERR_PARAMETER_FOREIGN for operands of another parameter set, and ERR_HE_OPERATION where SEAL
 * refuses them (levels or scales that differ, a key that is missing, no level left).
 */
export class Evaluator extends SealValue<NativeEvaluator> {
  constructor(context: SealContext) {
    super(
      context,
      context.call(() => new context.seal.Evaluator(context.native)),
    )
  }

  add(a: Ciphertext, b: Ciphertext): Ciphertext {
    this.context.requireOwn(a, b)
    return Ciphertext.make(this.context, result => this.native.add(a.native, b.native, result))
  }

  addPlain(ciphertext: Ciphertext, plaintext: Plaintext): Ciphertext {
    this.context.requireOwn(ciphertext, plaintext)
    return Ciphertext.make(this.context, result =>
      this.native.addPlain(ciphertext.native, plaintext.native, result),
    )
  }

  /** @throws ERR_HE_TRANSPARENT when the plaintext is all zeros: the result would be readable by all */
  multiplyPlain(ciphertext: Ciphertext, plaintext: Plaintext): Ciphertext {
    this.context.requireOwn(ciphertext, plaintext)
    return Ciphertext.make(this.context, result =>
      this.native.multiplyPlain(ciphertext.native, plaintext.native, result),
    )
  }

  /** The product has three polynomials until it is relinearised. Many times faster in bgv than in bfv. */
  multiply(a: Ciphertext, b: Ciphertext): Ciphertext {
    this.context.requireOwn(a, b)
    return Ciphertext.make(this.context, result => this.native.multiply(a.native, b.native, result))
  }

  /** Back to two polynomials. */
  relinearize(ciphertext: Ciphertext, keys: RelinearizationKeys): Ciphertext {
    this.context.requireOwn(ciphertext, keys)
    return Ciphertext.make(this.context, result =>
      this.native.relinearize(ciphertext.native, keys.native, result),
    )
  }

  /** Rotates both rows of N/2 slots by `step` to the left. For bfv and bgv. @throws ERR_PARAMETER_SCHEME */
  rotateRows(ciphertext: Ciphertext, step: number, keys: GaloisKeys): Ciphertext {
    this.context.requireScheme('bfv', 'bgv')
    this.context.requireOwn(ciphertext, keys)
    return Ciphertext.make(this.context, result =>
      this.native.rotateRows(ciphertext.native, step, keys.native, result),
    )
  }

  /** Drops one coefficient prime: a shorter ciphertext of the same integers. For bfv and bgv. */
  switchModulus(ciphertext: Ciphertext): Ciphertext {
    this.context.requireScheme('bfv', 'bgv')
    this.context.requireOwn(ciphertext)
    return Ciphertext.make(this.context, result =>
      this.native.cipherModSwitchToNext(ciphertext.native, result),
    )
  }

  /** Divides by the last coefficient prime, which brings the scale of a product back. For ckks. */
  rescale(ciphertext: Ciphertext): Ciphertext {
    this.context.requireScheme('ckks')
    this.context.requireOwn(ciphertext)
    return Ciphertext.make(this.context, result => this.native.rescaleToNext(ciphertext.native, result))
  }
}
