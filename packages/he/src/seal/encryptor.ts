import type { Encryptor as NativeEncryptor } from 'node-seal'
import type { SealContext } from './context.ts'
import type { PublicKey } from './keys.ts'
import { Ciphertext, type Plaintext, SealValue } from './values.ts'

/** Encrypts under a public key; the randomness is SEAL's own. */
export class Encryptor extends SealValue<NativeEncryptor> {
  /** @throws ERR_PARAMETER_FOREIGN */
  constructor(context: SealContext, publicKey: PublicKey) {
    context.requireOwn(publicKey)
    super(
      context,
      context.call(() => new context.seal.Encryptor(context.native, publicKey.native)),
    )
  }

  /** @throws ERR_PARAMETER_FOREIGN */
  encrypt(plaintext: Plaintext): Ciphertext {
    this.context.requireOwn(plaintext)
    return Ciphertext.make(this.context, native => this.native.encrypt(plaintext.native, native))
  }
}
