import type { RunningHash } from '#runtime'
import type { RandomSource } from '../random/index.ts'
import type { AgreementStart, KeyAgreement } from './agreement.ts'

/** Ids of all suites: international algorithms, and Chinese commercial cryptography. */
export const SUITE_IDS = ['intl', 'sm'] as const

/** Consortium-wide choice of hash, signature and authenticated encryption. */
export type SuiteId = (typeof SUITE_IDS)[number]

/** A signing key pair that signs and never gives its secret away. Prints without it. */
export interface SigningKey {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
  /** Starts a key agreement with this key as the static one. Suite `sm` has it, `intl` does not. */
  startAgreement?(start: AgreementStart): KeyAgreement
}

/**
 * The symmetric and signature algorithms of a consortium. Every use is domain-separated by its caller: hash inputs and
 * signed messages start with a `mixun-…` label.
 */
export interface Suite {
  readonly id: SuiteId
  /** Name of the hash, as people write it. */
  readonly hashName: 'SHA-256' | 'SM3'
  /** Bytes of {@link Suite.hash} and of HMAC and HKDF outputs. */
  readonly hashBytes: number
  readonly publicKeyBytes: number
  readonly signatureBytes: number
  readonly aeadKeyBytes: number
  readonly aeadNonceBytes: number
  /** Bytes that {@link Suite.seal} adds to the plaintext. */
  readonly aeadOverheadBytes: number

  hash(...parts: readonly Uint8Array[]): Uint8Array
  /** {@link Suite.hash} of what comes in pieces, such as a file. */
  startHash(): RunningHash
  hmac(key: Uint8Array, message: Uint8Array): Uint8Array
  /** RFC 5869 section 2.2 */
  hkdfExtract(salt: Uint8Array, inputKey: Uint8Array): Uint8Array
  /** RFC 5869 section 2.3; at most 255 · hashBytes bytes */
  hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array

  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array
  /** @throws ERR_VERIFY_OPEN when key, nonce, associated data or ciphertext do not belong together */
  open(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, associatedData: Uint8Array): Uint8Array

  /** A fresh key that lives and dies with this process. */
  generateSigningKey(random: RandomSource): SigningKey
  /**
   * The secret of a fresh signing key, 32 bytes: an Ed25519 seed or an SM2 private key. For key stores, which wrap it,
   * import it and wipe it: no key gives it back later.
   */
  generateSigningSecret(random: RandomSource): Uint8Array
  /** The key of a secret, which is copied. @throws ERR_INPUT_LENGTH, ERR_KEY_RANGE */
  importSigningKey(secret: Uint8Array): SigningKey
  /** @throws ERR_VERIFY_SIGNATURE */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): void
}
