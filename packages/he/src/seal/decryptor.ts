import { fail } from '@mixun/core/errors'
import type { Decryptor as NativeDecryptor } from 'node-seal'
import type { SealContext } from './context.ts'
import type { SecretKey } from './keys.ts'
import { type Ciphertext, Plaintext, SealValue } from './values.ts'

/**
 * Decrypts under a secret key. Whether a decryption succeeded, and what budget was left, is an oracle on the key for
 * whoever made the ciphertext: neither result nor failure is told to a peer.
 */
export class Decryptor extends SealValue<NativeDecryptor> {
  /** @throws ERR_PARAMETER_FOREIGN */
  constructor(context: SealContext, secretKey: SecretKey) {
    context.requireOwn(secretKey)
    super(
      context,
      context.call(() => new context.seal.Decryptor(context.native, secretKey.native)),
    )
  }

  /**
   * Bits of noise the ciphertext can still take; 0 when it no longer decrypts. Costs about as much as a decryption.
   *
   * @throws ERR_PARAMETER_SCHEME for ckks, whose noise is part of the result
   */
  noiseBudget(ciphertext: Ciphertext): number {
    this.context.requireScheme('bfv', 'bgv')
    this.context.requireOwn(ciphertext)
    return this.context.call(() => this.native.invariantNoiseBudget(ciphertext.native))
  }

  /**
   * A ciphertext that a hostile party shaped may decrypt to anything: SEAL proves nothing about ciphertexts.
   *
   * @throws ERR_NOISE_BUDGET when the noise has eaten the message (bfv and bgv), ERR_PARAMETER_FOREIGN
   */
  decrypt(ciphertext: Ciphertext): Plaintext {
    if (this.context.parameters.scheme !== 'ckks' && this.noiseBudget(ciphertext) <= 0) {
      fail('ERR_NOISE_BUDGET', 'expected a noise budget of at least 1 bit, found 0')
    }
    this.context.requireOwn(ciphertext)
    return Plaintext.make(this.context, native => this.native.decrypt(ciphertext.native, native))
  }
}
