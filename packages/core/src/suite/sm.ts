import { fail, MixunError } from '../errors/index.ts'
import { type Sm2Arithmetic, sm2 } from '../group/index.ts'
import { type RandomSource, systemRandom } from '../random/index.ts'
import {
  CTR_HMAC_KEY_BYTES,
  CTR_HMAC_NONCE_BYTES,
  CTR_HMAC_TAG_BYTES,
  SM3_BYTES,
  Sm2PrivateKey,
  Sm2PublicKey,
  sm2Sign,
  sm2Verify,
  sm3,
  startSm3,
  sm3HkdfExpand,
  sm3Hmac,
  sm4OpenCtrHmac,
  sm4SealCtrHmac,
} from '../sm/index.ts'
import { type AgreementStart, type KeyAgreement, startSm2Agreement } from './agreement.ts'
import type { SigningKey, Suite } from './suite.ts'

/** Inside our own messages, whose fields have fixed lengths: r ‖ s and the user id of GM/T 0009. */
const FORM = { form: 'raw' } as const

const COMPRESSED_BYTES = 33

/** What a key or signature may be at fault for. A kernel that is missing or damaged says nothing of the signer. */
const IS_BAD_SIGNATURE = /^ERR_(DECODE|VERIFY)_/

/**
 * Suite `sm` over an arithmetic of SM2: SM3, HMAC and HKDF with SM3, SM2 signatures (r ‖ s of 64 bytes, user id
 * 1234567812345678, compressed public keys of 33 bytes), SM4-CTR with HMAC-SM3.
 *
 * @param random gives the fresh secret number of each signature
 */
export function smSuite(arithmetic: Sm2Arithmetic, random: RandomSource = systemRandom): Suite {
  return {
    id: 'sm',
    hashName: 'SM3',
    hashBytes: SM3_BYTES,
    publicKeyBytes: COMPRESSED_BYTES,
    signatureBytes: 64,
    aeadKeyBytes: CTR_HMAC_KEY_BYTES,
    aeadNonceBytes: CTR_HMAC_NONCE_BYTES,
    aeadOverheadBytes: CTR_HMAC_TAG_BYTES,

    hash: sm3,
    startHash: startSm3,
    hmac: (key, message) => sm3Hmac(key, message),
    hkdfExtract: (salt, inputKey) => sm3Hmac(salt, inputKey),
    hkdfExpand: sm3HkdfExpand,

    seal: sm4SealCtrHmac,
    open: sm4OpenCtrHmac,

    generateSigningKey: source => new Sm2SigningKey(Sm2PrivateKey.generate(arithmetic, source), random),
    generateSigningSecret: source => Sm2PrivateKey.generate(arithmetic, source).exportSecret(),
    importSigningKey: secret => new Sm2SigningKey(Sm2PrivateKey.decode(arithmetic, secret), random),
    verify(publicKey, message, signature) {
      try {
        // One form a key, so that two byte strings are never one signer.
        if (publicKey.length !== COMPRESSED_BYTES) {
          fail('ERR_DECODE_LENGTH', `expected a compressed public key of ${COMPRESSED_BYTES} bytes`)
        }
        sm2Verify(Sm2PublicKey.decode(arithmetic, publicKey), message, signature, FORM)
      } catch (cause) {
        if (!(cause instanceof MixunError) || !IS_BAD_SIGNATURE.test(cause.code)) throw cause
        fail('ERR_VERIFY_SIGNATURE', 'expected a valid SM2 signature of the named signer', { cause })
      }
    },
  }
}

/** Suite `sm` over the WebAssembly kernel of SM2. */
export const sm: Suite = smSuite(sm2)

class Sm2SigningKey implements SigningKey {
  readonly publicKey: Uint8Array
  readonly #key: Sm2PrivateKey
  readonly #random: RandomSource

  constructor(key: Sm2PrivateKey, random: RandomSource) {
    this.publicKey = key.publicKey.encode('compressed')
    this.#key = key
    this.#random = random
  }

  sign(message: Uint8Array): Uint8Array {
    return sm2Sign(this.#key, message, this.#random, FORM)
  }

  startAgreement(start: AgreementStart): KeyAgreement {
    return startSm2Agreement(this.#key, start)
  }
}
