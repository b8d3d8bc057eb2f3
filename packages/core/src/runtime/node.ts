import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hash as hashOnce,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { concat, fromHex, i2osp, wipe } from '../bytes/index.ts'
import type { Runtime } from './runtime.ts'
import { isSmallOrderKey } from './small-order-keys.ts'

export type { RunningHash } from './runtime.ts'

const GCM_TAG_BYTES = 16
// RFC 8410 section 7 and section 4: DER around a raw Ed25519 seed and public key.
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420')
const SPKI_PREFIX = fromHex('302a300506032b6570032100')
/** Parts up to this length together are hashed in one call. */
const MAX_JOINED_BYTES = 1_024
// RFC 8410: the same for X25519.
const X25519_PKCS8_PREFIX = fromHex('302e020100300506032b656e04220420')
const X25519_SPKI_PREFIX = fromHex('302a300506032b656e032100')
/** Public keys that stay parsed: more than a consortium has members. */
const MAX_PARSED_KEYS = 512

/** The primitives of node:crypto, which is OpenSSL. */
export const runtime: Runtime = {
  name: 'node',

  sha256: (...parts) => digest('sha256', parts),
  hmacSha256: (key, ...parts) => hmac('sha256', key, parts),
  sm3: (...parts) => digest('sm3', parts),
  hmacSm3: (key, ...parts) => hmac('sm3', key, parts),

  startHash(algorithm) {
    const hash = createHash(algorithm)
    return { update: part => void hash.update(part), digest: () => new Uint8Array(hash.digest()) }
  },

  sealAes256Gcm(key, nonce, plaintext, associatedData) {
    const options = { authTagLength: GCM_TAG_BYTES }
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce, options)
    cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  openAes256Gcm(key, nonce, sealed, associatedData) {
    const split = sealed.length - GCM_TAG_BYTES
    const options = { authTagLength: GCM_TAG_BYTES }
    const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce, options)
    decipher.setAAD(associatedData, { plaintextLength: split })
    decipher.setAuthTag(sealed.subarray(split))
    const head = decipher.update(sealed.subarray(0, split))
    try {
      return concat(head, decipher.final())
    } catch {
      return null
    } finally {
      head.fill(0)
    }
  },

  aes128(key) {
    // Blocks are independent, so that one cipher serves every call.
    const cipher = createCipheriv('aes-128-ecb', createSecretKey(key), null).setAutoPadding(false)
    return (blocks, out) => {
      const result = cipher.update(blocks)
      return out === undefined
        ? new Uint8Array(result.buffer, result.byteOffset, result.length)
        : moveTo(out, result)
    }
  },

  x25519(secret) {
    const der = concat(X25519_PKCS8_PREFIX, secret)
    const privateKey = createPrivateKey({ key: asBuffer(der), format: 'der', type: 'pkcs8' })
    wipe(der)
    return u => {
      const key = Buffer.from(concat(X25519_SPKI_PREFIX, u))
      const publicKey = createPublicKey({ key, format: 'der', type: 'spki' })
      try {
        return new Uint8Array(diffieHellman({ privateKey, publicKey }))
      } catch {
        return null
      }
    }
  },

  sm4Ctr(key, counter, data) {
    const cipher = createCipheriv('sm4-ctr', createSecretKey(key), counter)
    return concat(cipher.update(data), cipher.final())
  },
  sm4Blocks(key, blocks) {
    const cipher = createCipheriv('sm4-ecb', createSecretKey(key), null).setAutoPadding(false)
    return concat(cipher.update(blocks), cipher.final())
  },

  startAes128Ctr(key, firstBlock, nonce) {
    const counter = concat(nonce, i2osp(firstBlock, 8))
    const cipher = createCipheriv('aes-128-ctr', createSecretKey(key), counter)
    return (bytes, out) => {
      const result = cipher.update(zeros(bytes))
      return out === undefined ? result : moveTo(out, result)
    }
  },

  ed25519Signer(seed) {
    const der = concat(PKCS8_PREFIX, seed)
    const privateKey = createPrivateKey({ key: asBuffer(der), format: 'der', type: 'pkcs8' })
    wipe(der)
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
    return {
      publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
      sign: message => new Uint8Array(sign(null, message, privateKey)),
    }
  },
  verifyEd25519(publicKey, message, signature) {
    const key = parsedKey(publicKey)
    return key !== null && verify(null, message, key, signature)
  },
}

/** Shorter results wait for the garbage collector: freeing one takes as long as making it. */
const MIN_FREED_BYTES = 1_024

/**
 * Copies what node:crypto made to where it is wanted, and frees it: in large amounts, garbage takes twice the time of AES,
 * for its memory is never in a cache.
 */
function moveTo(out: Uint8Array, result: Buffer): Uint8Array {
  out.set(result)
  const { buffer } = result
  if (
    result.length >= MIN_FREED_BYTES &&
    buffer instanceof ArrayBuffer &&
    buffer.byteLength === result.length
  ) {
    buffer.transfer(0)
  }
  return out
}

let zeroBytes = new Uint8Array(65_536)

/** Zeros that nobody writes to. */
function zeros(length: number): Uint8Array {
  if (length > zeroBytes.length) zeroBytes = new Uint8Array(length)
  return zeroBytes.subarray(0, length)
}

function digest(algorithm: 'sha256' | 'sm3', parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return new Uint8Array(hashOnce(algorithm, first, 'buffer'))
  let length = 0
  for (const part of parts) length += part.length
  if (length <= MAX_JOINED_BYTES) return hashJoined(algorithm, parts)
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

/** Setting up a running hash takes longer than copying short parts together. */
function hashJoined(algorithm: 'sha256' | 'sm3', parts: readonly Uint8Array[]): Uint8Array {
  const joined = concat(...parts)
  const result = new Uint8Array(hashOnce(algorithm, joined, 'buffer'))
  wipe(joined)
  return result
}

/** Input block of SHA-256 and of SM3. */
const BLOCK_BYTES = 64

function hmac(algorithm: 'sha256' | 'sm3', key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  return length <= MAX_JOINED_BYTES ? hmacJoined(algorithm, key, parts) : hmacRunning(algorithm, key, parts)
}

/** HMAC by its definition (RFC 2104), in two calls of the hash: a third of what setting up a running one takes. */
function hmacJoined(algorithm: 'sha256' | 'sm3', key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const pad = new Uint8Array(BLOCK_BYTES)
  const short = key.length > BLOCK_BYTES ? digest(algorithm, [key]) : key
  pad.set(short)
  if (short !== key) wipe(short)
  for (let i = 0; i < BLOCK_BYTES; i++) pad[i] = (pad[i] as number) ^ 0x36
  const inner = hashJoined(algorithm, [pad, ...parts])
  // 0x36 ⊕ 0x5c
  for (let i = 0; i < BLOCK_BYTES; i++) pad[i] = (pad[i] as number) ^ 0x6a
  const result = hashJoined(algorithm, [pad, inner])
  wipe(pad, inner)
  return result
}

function hmacRunning(algorithm: 'sha256' | 'sm3', key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  // Here as in the ciphers: node:crypto takes four times as long over a key that is no KeyObject.
  const mac = createHmac(algorithm, createSecretKey(key))
  for (const part of parts) mac.update(part)
  return new Uint8Array(mac.digest())
}

/** The same bytes: `Buffer.from` would leave a second copy of a secret behind. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const parsedKeys = new Map<string, KeyObject>()

/**
 * Parsing takes a quarter of a verification, and a consortium has few keys. The oldest leaves first. Null for a key of
 * small order, which OpenSSL takes in version 3.0 and refuses in later ones.
 */
function parsedKey(publicKey: Uint8Array): KeyObject | null {
  const id = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1')
  const known = parsedKeys.get(id)
  if (known !== undefined) return known
  if (isSmallOrderKey(publicKey)) return null
  const der = Buffer.from(concat(SPKI_PREFIX, publicKey))
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const oldest = parsedKeys.size < MAX_PARSED_KEYS ? undefined : parsedKeys.keys().next().value
  if (oldest !== undefined) parsedKeys.delete(oldest)
  parsedKeys.set(id, key)
  return key
}
