import { runtime } from '#runtime'
import { wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { hkdfExpand } from './hkdf.ts'
import type { SigningKey, Suite } from './suite.ts'

const TAG_BYTES = 16

/** Suite `intl`: SHA-256, HMAC, HKDF, Ed25519 (RFC 8032), AES-256-GCM with a 96-bit nonce. */
export const intl: Suite = {
  id: 'intl',
  hashName: 'SHA-256',
  hashBytes: 32,
  publicKeyBytes: 32,
  signatureBytes: 64,
  aeadKeyBytes: 32,
  aeadNonceBytes: 12,
  aeadOverheadBytes: TAG_BYTES,

  hash: runtime.sha256,
  startHash: () => runtime.startHash('sha256'),
  hmac: (key, message) => runtime.hmacSha256(key, message),
  hkdfExtract: (salt, inputKey) => intl.hmac(salt, inputKey),
  hkdfExpand: (prk, info, length) => hkdfExpand(intl.hmac, prk, info, length),

  seal(key, nonce, plaintext, associatedData) {
    checkKeyAndNonce(key, nonce)
    return runtime.sealAes256Gcm(key, nonce, plaintext, associatedData)
  },
  open(key, nonce, ciphertext, associatedData) {
    checkKeyAndNonce(key, nonce)
    if (ciphertext.length < TAG_BYTES)
      fail('ERR_DECODE_LENGTH', `expected at least ${TAG_BYTES} bytes, found ${ciphertext.length}`)
    const plaintext = runtime.openAes256Gcm(key, nonce, ciphertext, associatedData)
    if (plaintext === null)
      fail('ERR_VERIFY_OPEN', 'expected an authentic ciphertext under this key and associated data')
    return plaintext
  },

  generateSigningKey(random) {
    const seed = random.bytes(32)
    try {
      return new Ed25519Key(seed)
    } finally {
      wipe(seed)
    }
  },
  importSigningKey: secret => new Ed25519Key(secret),
  verify(publicKey, message, signature) {
    if (
      publicKey.length !== intl.publicKeyBytes ||
      signature.length !== intl.signatureBytes ||
      !runtime.verifyEd25519(publicKey, message, signature)
    ) {
      fail('ERR_VERIFY_SIGNATURE', 'expected a valid Ed25519 signature of the named signer')
    }
  },
}

function checkKeyAndNonce(key: Uint8Array, nonce: Uint8Array): void {
  if (key.length !== intl.aeadKeyBytes || nonce.length !== intl.aeadNonceBytes) {
    fail(
      'ERR_INPUT_LENGTH',
      `expected a key of ${intl.aeadKeyBytes} and a nonce of ${intl.aeadNonceBytes} bytes`,
    )
  }
}

class Ed25519Key implements SigningKey {
  readonly publicKey: Uint8Array
  readonly #secret: Uint8Array
  readonly #sign: (message: Uint8Array) => Uint8Array

  constructor(secret: Uint8Array) {
    if (secret.length !== 32) fail('ERR_INPUT_LENGTH', `expected a seed of 32 bytes, found ${secret.length}`)
    this.#secret = Uint8Array.from(secret)
    const { publicKey, sign } = runtime.ed25519Signer(secret)
    this.publicKey = publicKey
    this.#sign = sign
  }

  exportSecret(): Uint8Array {
    return Uint8Array.from(this.#secret)
  }

  sign(message: Uint8Array): Uint8Array {
    return this.#sign(message)
  }
}
