import { createRequire } from 'node:module'
import { fromHex, toHex } from '@mixun/core/bytes'
import { systemRandom } from '@mixun/core/random'
import {
  SM2_DEFAULT_USER_ID,
  type Sm2PrivateKey,
  sm2Decrypt,
  sm2Encrypt,
  sm2Sign,
  sm2Verify,
} from '@mixun/core/sm'
import * as smCryptoV2 from 'sm-crypto-v2'
import { OWN_SIDE } from '../harness/result.ts'
import { opensslSm2 } from './openssl.ts'
import type { Sm2Implementation } from './sm2-implementation.ts'

export const SM_CRYPTO = 'sm-crypto 0.5.8'
export const SM_CRYPTO_V2 = 'sm-crypto-v2 1.15.1'

/** All of them with one key. */
export function sm2Implementations(key: Sm2PrivateKey): Sm2Implementation[] {
  const v1 = createRequire(import.meta.url)('sm-crypto') as SmCrypto
  return [
    ours(key, SM2_DEFAULT_USER_ID),
    ofSmCrypto(SM_CRYPTO, v1, key),
    ofSmCrypto(SM_CRYPTO_V2, smCryptoV2 as unknown as SmCrypto, key),
    opensslSm2(key),
  ]
}

/** This repository's own. */
export function ours(key: Sm2PrivateKey, userId: Uint8Array): Sm2Implementation {
  const raw = { form: 'raw' } as const
  return {
    side: OWN_SIDE,
    userId,
    sign: message => sm2Sign(key, message, systemRandom, { userId }),
    verify(message, signature) {
      sm2Verify(key.publicKey, message, signature, { userId })
      return true
    },
    encrypt: message => sm2Encrypt(key.publicKey, message, systemRandom, raw),
    decrypt: ciphertext => sm2Decrypt(key, ciphertext, raw),
  }
}

interface SignatureOptions {
  readonly hash: true
  readonly der: true
  readonly publicKey: string
}

/** What both packages share; sm-crypto has no types of its own. Keys, signatures and ciphertexts are hex. */
interface SmCrypto {
  readonly sm2: {
    doSignature(message: Uint8Array, privateKey: string, options: SignatureOptions): string
    doVerifySignature(
      message: Uint8Array,
      signature: string,
      publicKey: string,
      options: SignatureOptions,
    ): boolean
    doEncrypt(message: Uint8Array, publicKey: string, cipherMode: 1): string
    doDecrypt(
      ciphertext: string,
      privateKey: string,
      cipherMode: 1,
      options: { output: 'array' },
    ): ArrayLike<number>
  }
}

function ofSmCrypto(side: string, { sm2 }: SmCrypto, key: Sm2PrivateKey): Sm2Implementation {
  const privateKey = toHex(key.exportSecret())
  const publicKey = toHex(key.publicKey.encode('uncompressed'))
  // With the public key beside it they need not derive it for every signature.
  const options = { hash: true, der: true, publicKey } as const
  return {
    side,
    userId: SM2_DEFAULT_USER_ID,
    sign: message => fromHex(sm2.doSignature(message, privateKey, options)),
    verify: (message, signature) => sm2.doVerifySignature(message, toHex(signature), publicKey, options),
    // They leave the first byte of C1 out.
    encrypt: message => fromHex(`04${sm2.doEncrypt(message, publicKey, 1)}`),
    decrypt: ciphertext =>
      Uint8Array.from(sm2.doDecrypt(toHex(ciphertext).slice(2), privateKey, 1, { output: 'array' })),
  }
}
