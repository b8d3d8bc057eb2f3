import { fail } from '../errors/index.ts'
import {
  type Element,
  requireConstantTime,
  type Scalar,
  type SecretScalarOptions,
  type Sm2Arithmetic,
} from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'
import { Sm2PublicKey } from './public-key.ts'

/** Bytes of a private key. */
export const SM2_PRIVATE_KEY_BYTES = 32

/**
 * An SM2 private key d, 1 ≤ d ≤ n − 2 (GB/T 32918.1-2016 section 6.1), with the operations that need it: the secret
 * itself leaves through {@link Sm2PrivateKey.exportSecret} only. Prints without it. How far these operations keep d out
 * of their running time is a matter of the arithmetic; for the reference, which does not, a key takes
 * `allowVariableTime`.
 */
export class Sm2PrivateKey {
  readonly publicKey: Sm2PublicKey
  readonly #secret: Scalar
  /** (1 + d)^-1 */
  readonly #inverse: Scalar

  private constructor(arithmetic: Sm2Arithmetic, secret: Scalar) {
    const one = arithmetic.decodeScalar(new Uint8Array(SM2_PRIVATE_KEY_BYTES).with(31, 1))
    const successor = arithmetic.addScalars(secret, one)
    if (arithmetic.isZeroScalar(secret) || arithmetic.isZeroScalar(successor)) {
      fail('ERR_KEY_RANGE', 'SM2: expected a private key from 1 to n - 2')
    }
    this.#secret = secret
    this.#inverse = arithmetic.invertScalar(successor)
    this.publicKey = new Sm2PublicKey(arithmetic, arithmetic.multiplyBase(secret))
  }

  /** A fresh uniform key. @throws ERR_KERNEL_VARIABLE_TIME */
  static generate(
    arithmetic: Sm2Arithmetic,
    random: RandomSource,
    options: SecretScalarOptions = {},
  ): Sm2PrivateKey {
    requireConstantTime(arithmetic, options)
    // n − 1, which no key may be, comes up with probability 2^-256: the constructor refuses it.
    return new Sm2PrivateKey(arithmetic, arithmetic.randomScalar(random))
  }

  /**
   * The key of 32 big-endian bytes.
   *
   * @throws ERR_INPUT_LENGTH, ERR_KEY_RANGE for 0, n − 1 and above, ERR_KERNEL_VARIABLE_TIME
   */
  static decode(
    arithmetic: Sm2Arithmetic,
    secret: Uint8Array,
    options: SecretScalarOptions = {},
  ): Sm2PrivateKey {
    requireConstantTime(arithmetic, options)
    if (secret.length !== SM2_PRIVATE_KEY_BYTES) {
      fail('ERR_INPUT_LENGTH', `expected a private key of 32 bytes, found ${secret.length}`)
    }
    return new Sm2PrivateKey(arithmetic, decodeSecret(arithmetic, secret))
  }

  /** 32 big-endian bytes, for the key file only. */
  exportSecret(): Uint8Array {
    return this.publicKey.arithmetic.encodeScalar(this.#secret)
  }

  /**
   * s = (1 + d)^-1 · (k − r·d), the second half of a signature (GB/T 32918.2-2016 section 6.1, step A6), as
   * (1 + d)^-1 · (k + r) − r: the same number with one secret product less.
   */
  respond(k: Scalar, r: Scalar): Scalar {
    const { arithmetic } = this.publicKey
    const product = arithmetic.multiplyScalars(this.#inverse, arithmetic.addScalars(k, r))
    return arithmetic.subtractScalars(product, r)
  }

  /** d · P, never infinity for a checked point. */
  multiply(point: Element): Element {
    return this.publicKey.arithmetic.multiply(point, this.#secret)
  }

  /** t = d + weight · r of an ephemeral key r (GB/T 32918.3-2016 section 6.2, step A5). Secret. */
  addWeighted(weight: Scalar, ephemeral: Sm2PrivateKey): Scalar {
    const { arithmetic } = this.publicKey
    return arithmetic.addScalars(this.#secret, arithmetic.multiplyScalars(weight, ephemeral.#secret))
  }
}

function decodeSecret(arithmetic: Sm2Arithmetic, secret: Uint8Array): Scalar {
  try {
    return arithmetic.decodeScalar(secret)
  } catch {
    // Without the cause: it is about a secret.
    return fail('ERR_KEY_RANGE', 'SM2: expected a private key from 1 to n - 2')
  }
}
