import { concat, utf8, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'

/**
 * Encryption at rest of what a home must keep of inquiries: subjects, openings of consents, results. Keys come from
 * the home's store key; every value has its own random nonce of 96 bits and is bound to its place by associated data. One
 * home may seal up to 2^32 values (NIST SP 800-38D section 8.3), far more than a firm ever asks.
 */
export class Vault {
  readonly #suite: Suite
  readonly #random: RandomSource
  readonly #sealingKey: Uint8Array
  readonly #indexKey: Uint8Array

  constructor(suite: Suite, storeKey: Uint8Array, random: RandomSource = systemRandom) {
    this.#suite = suite
    this.#random = random
    const prk = suite.hkdfExtract(utf8('mixun-vault-1'), storeKey)
    this.#sealingKey = suite.hkdfExpand(prk, utf8('seal'), suite.aeadKeyBytes)
    this.#indexKey = suite.hkdfExpand(prk, utf8('index'), suite.hashBytes)
    wipe(prk)
  }

  /** Encrypts `plaintext` for the place that `place` names. */
  seal(place: string, plaintext: Uint8Array): Uint8Array {
    const nonce = this.#random.bytes(this.#suite.aeadNonceBytes)
    return concat(nonce, this.#suite.seal(this.#sealingKey, nonce, plaintext, utf8(place)))
  }

  /** @throws ERR_VERIFY_OPEN when the value was altered, moved or sealed under another store key */
  open(place: string, sealed: Uint8Array): Uint8Array {
    const split = this.#suite.aeadNonceBytes
    if (sealed.length < split) fail('ERR_VERIFY_OPEN', 'expected a sealed value of the home')
    return this.#suite.open(this.#sealingKey, sealed.subarray(0, split), sealed.subarray(split), utf8(place))
  }

  /** A keyed digest by which a secret can be looked up without being stored. */
  index(purpose: string, ...parts: readonly Uint8Array[]): Uint8Array {
    const framed = parts.flatMap(part => [utf8(`${part.length}:`), part])
    return this.#suite.hmac(this.#indexKey, concat(utf8(`${purpose}\0`), ...framed))
  }
}
