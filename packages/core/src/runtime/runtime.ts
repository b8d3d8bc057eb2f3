/**
 * The symmetric and Ed25519 primitives that differ between Node and the rest of the world. Two implementations, chosen by
 * the condition of `#runtime` in package.json: `node.ts` over node:crypto, `portable.ts` over JavaScript libraries. They
 * agree bit for bit, and on what they accept. All functions are synchronous and pure; callers have checked every length.
 *
 * Random bytes are not here: `systemRandom` reads `globalThis.crypto`, which every runtime has.
 */
export interface Runtime {
  readonly name: 'node' | 'portable'

  /** SHA-256 (FIPS 180-4) of the concatenated parts: 32 bytes. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array
  /** HMAC-SHA-256 (RFC 2104) of the concatenated parts: 32 bytes. The key may have any length. */
  hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
  /** SM3 (GB/T 32905-2016) of the concatenated parts: 32 bytes. */
  sm3(...parts: readonly Uint8Array[]): Uint8Array
  /** HMAC-SM3 of the concatenated parts: 32 bytes. The key may have any length. */
  hmacSm3(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array

  /** A hash of what comes in pieces. */
  startHash(algorithm: 'sha256' | 'sm3'): RunningHash

  /**
   * AES-256-GCM (NIST SP 800-38D): ciphertext ‖ tag, `plaintext.length + 16` bytes.
   *
   * @param key secret, 32 bytes
   * @param nonce 12 bytes
   */
  sealAes256Gcm(
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    associatedData: Uint8Array,
  ): Uint8Array
  /** The plaintext, or null when the tag is wrong. @param sealed at least 16 bytes */
  openAes256Gcm(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    associatedData: Uint8Array,
  ): Uint8Array | null

  /**
   * AES-128 (FIPS 197), each block of 16 bytes by itself. The result takes a multiple of 16 bytes, at least one block, and
   * writes as many to `out`, which may be the same; to a new array without it.
   *
   * @param key 16 bytes; copied
   */
  aes128(key: Uint8Array): (blocks: Uint8Array, out?: Uint8Array) => Uint8Array

  /**
   * X25519 (RFC 7748): any 32 bytes are a point. The result is null where it is zero, for points of small order.
   *
   * @param secret 32 bytes
   */
  x25519(secret: Uint8Array): (u: Uint8Array) => Uint8Array | null

  /** SM4 (GB/T 32907-2016) in counter mode over a 128-bit counter. @param key secret, 16 bytes @param counter 16 bytes */
  sm4Ctr(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array
  /** SM4 forwards, of whole blocks one by one. @param key secret, 16 bytes */
  sm4Blocks(key: Uint8Array, blocks: Uint8Array): Uint8Array

  /**
   * The keystream of AES-128 in counter mode (NIST SP 800-38A), the counter a big-endian number of 128 bits that starts at
   * the nonce, its upper half, and `firstBlock`. Each call gives the next bytes: in `out`, which has as many, or in a new array.
   *
   * @param key secret, 16 bytes; copied
   * @param firstBlock a safe integer
   * @param nonce 8 bytes
   */
  startAes128Ctr(
    key: Uint8Array,
    firstBlock: number,
    nonce: Uint8Array,
  ): (bytes: number, out?: Uint8Array) => Uint8Array

  /** An Ed25519 (RFC 8032) key from its seed. @param seed secret, 32 bytes; copied */
  ed25519Signer(seed: Uint8Array): Ed25519Signer
  /**
   * Whether an Ed25519 signature holds: S below the order, neither key nor R of small order, and R equal to the canonical
   * encoding of S·B − k·A, without a cofactor. Both runtimes must agree to the last signature: a signer could otherwise
   * show one ledger to members on Node and another to a browser.
   *
   * @param publicKey 32 bytes
   * @param signature 64 bytes
   */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

/** A hash on its way. */
export interface RunningHash {
  update(part: Uint8Array): void
  /** Call once, after the last part. */
  digest(): Uint8Array
}

export interface Ed25519Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** A signature of 64 bytes. */
  sign(message: Uint8Array): Uint8Array
}
