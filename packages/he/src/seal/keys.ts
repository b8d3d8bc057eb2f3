import { fail } from '@mixun/core/errors'
import type {
  KeyGenerator as NativeKeyGenerator,
  PublicKey as NativePublicKey,
  SecretKey as NativeSecretKey,
  GaloisKeys as NativeGaloisKeys,
  RelinKeys,
} from 'node-seal'
import type { SealContext } from './context.ts'
import { SealValue } from './values.ts'

/** Secret: decrypts. SEAL overwrites it with zeros when it is disposed. */
export class SecretKey extends SealValue<NativeSecretKey> {
  readonly kind = 'secret-key'
}

/** Encrypts. */
export class PublicKey extends SealValue<NativePublicKey> {
  readonly kind = 'public-key'
}

/** Bring a ciphertext product back to two polynomials. Public. */
export class RelinearizationKeys extends SealValue<RelinKeys> {
  readonly kind = 'relinearization-keys'
}

/** Rotate slots by the steps they were made for. Public. */
export class GaloisKeys extends SealValue<NativeGaloisKeys> {
  readonly kind = 'galois-keys'
}

/**
 * Makes the keys of one party. SEAL draws its own randomness, from the operating system's generator
 * (`crypto.getRandomValues`); it cannot be fixed from outside.
 */
export class KeyGenerator extends SealValue<NativeKeyGenerator> {
  /** With a secret key: makes further public keys for it. Without: draws a fresh secret key. */
  constructor(context: SealContext, secretKey?: SecretKey) {
    if (secretKey !== undefined) context.requireOwn(secretKey)
    const { seal } = context
    super(
      context,
      context.call(() =>
        secretKey === undefined
          ? new seal.KeyGenerator(context.native)
          : new seal.KeyGenerator(context.native, secretKey.native),
      ),
    )
  }

  secretKey(): SecretKey {
    return new SecretKey(
      this.context,
      this.context.call(() => this.native.secretKey()),
    )
  }

  publicKey(): PublicKey {
    return new PublicKey(
      this.context,
      this.context.call(() => this.native.createPublicKey()),
    )
  }

  relinearizationKeys(): RelinearizationKeys {
    return new RelinearizationKeys(
      this.context,
      this.context.call(() => this.native.createRelinKeys()),
    )
  }

  /**
   * Keys for rotations of the two rows of N/2 slots: positive steps to the left. One key a step, each about as large
   * as the relinearisation keys, so they are made for the asked steps only.
   *
   * @throws ERR_INPUT_RANGE for a step that is zero, not an integer, or N/2 or more either way
   */
  galoisKeys(steps: readonly number[]): GaloisKeys {
    const rowSlots = this.context.parameters.ringDimension / 2
    for (const step of steps) {
      if (!Number.isInteger(step) || step === 0 || Math.abs(step) >= rowSlots) {
        fail('ERR_INPUT_RANGE', `expected steps between 1 and ${rowSlots - 1} either way, found ${step}`)
      }
    }
    return new GaloisKeys(
      this.context,
      this.context.call(() => this.native.createGaloisKeysWithSteps(Int32Array.from(steps))),
    )
  }
}
