import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  type KeyObject,
} from 'node:crypto'
import { concat, fromHex, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { hkdfExpand } from './hkdf.ts'
import type { SigningKey, Suite } from './suite.ts'

const TAG_BYTES = 16
const SEED_BYTES = 32
// RFC 8410 section 7 and section 4: DER around a raw Ed25519 seed and public key.
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')
const SPKI_PREFIX = fromHex('302a300506032b6570032100')

/** Suite `intl`: SHA-256, HMAC, HKDF, Ed25519 (RFC 8032), AES-256-GCM with a 96-bit nonce. */
export const intl: Suite = {
  id: 'intl',
  hashBytes: 32,
  publicKeyBytes: 32,
  signatureBytes: 64,
  aeadKeyBytes: 32,
  aeadNonceBytes: 12,
  aeadOverheadBytes: TAG_BYTES,

  hash(...parts) {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return Uint8Array.from(hash.digest())
  },
  hmac: (key, message) => Uint8Array.from(createHmac('sha256', key).update(message).digest()),
  hkdfExtract: (salt, inputKey) => intl.hmac(salt, inputKey),
  hkdfExpand: (prk, info, length) => hkdfExpand(intl.hmac, prk, info, length),

  seal(key, nonce, plaintext, associatedData) {
    checkKeyAndNonce(key, nonce)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  open(key, nonce, ciphertext, associatedData) {
    checkKeyAndNonce(key, nonce)
    const split = ciphertext.length - TAG_BYTES
    if (split < 0)
      fail('ERR_DECODE_LENGTH', `expected at least ${TAG_BYTES} bytes, found ${ciphertext.length}`)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(associatedData, { plaintextLength: split })
    decipher.setAuthTag(ciphertext.subarray(split))
    const head = decipher.update(ciphertext.subarray(0, split))
    try {
      return concat(head, decipher.final())
    } catch {
      head.fill(0)
      return fail('ERR_VERIFY_OPEN', 'expected an authentic ciphertext under this key and associated data')
    }
  },

  generateSigningKey(random) {
    const secret = random.bytes(SEED_BYTES)
    try {
      return new Ed25519Key(secret)
    } finally {
      wipe(secret)
    }
  },
  generateSigningSecret: random => random.bytes(SEED_BYTES),
  importSigningKey: secret => new Ed25519Key(secret),
  verify(publicKey, message, signature) {
    if (
      publicKey.length !== intl.publicKeyBytes ||
      signature.length !== intl.signatureBytes ||
      !cryptoVerify(null, message, publicKeyObject(publicKey), signature)
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

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(concat(SPKI_PREFIX, publicKey)), format: 'der', type: 'spki' })
}

/** The same bytes: `Buffer.from` would leave a second copy of a secret behind. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

class Ed25519Key implements SigningKey {
  readonly publicKey: Uint8Array
  readonly #privateKey: KeyObject

  constructor(secret: Uint8Array) {
    if (secret.length !== SEED_BYTES) {
      fail('ERR_INPUT_LENGTH', `expected a seed of ${SEED_BYTES} bytes, found ${secret.length}`)
    }
    const der = concat(PKCS8_PREFIX, secret)
    this.#privateKey = createPrivateKey({ key: asBuffer(der), format: 'der', type: 'pkcs8' })
    wipe(der)
    const spki = createPublicKey(this.#privateKey).export({ format: 'der', type: 'spki' })
    this.publicKey = Uint8Array.from(spki.subarray(SPKI_PREFIX.length))
  }

  sign(message: Uint8Array): Uint8Array {
    return Uint8Array.from(cryptoSign(null, message, this.#privateKey))
  }
}
