import { gcm } from '@noble/ciphers/aes.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import sm3 from 'sm-crypto/src/sm3/index.js'
import sm4 from 'sm-crypto/src/sm4/index.js'
import { concat, fromHex, i2osp } from '../bytes/index.ts'
import { wasmAes128 } from '../gf2/aes128-wasm.ts'
import type { RunningHash, Runtime } from './runtime.ts'
import { verifyEd25519 } from './verify-ed25519.ts'

export type { RunningHash } from './runtime.ts'

const BLOCK_BYTES = 16

/**
 * The primitives in JavaScript, for browsers. Not constant time: AES-GCM and SM4 look bytes up in tables, and the engine may
 * do anything with the rest. Signing keys of firms belong on Node.
 */
export const runtime: Runtime = {
  name: 'portable',

  sha256: (...parts) => absorbed(sha256.create(), parts),
  hmacSha256: (key, ...parts) => absorbed(hmac.create(sha256, key), parts),
  sm3: (...parts) => fromHex(sm3(concat(...parts))),
  hmacSm3: (key, ...parts) => fromHex(sm3(concat(...parts), { mode: 'hmac', key })),

  startHash: algorithm => (algorithm === 'sha256' ? sha256.create() : collectForSm3()),

  sealAes256Gcm: (key, nonce, plaintext, associatedData) =>
    gcm(key, nonce, associatedData).encrypt(plaintext),
  openAes256Gcm(key, nonce, sealed, associatedData) {
    try {
      return gcm(key, nonce, associatedData).decrypt(sealed)
    } catch {
      return null
    }
  },

  x25519(secret) {
    const kept = secret.slice()
    return u => {
      try {
        return x25519.getSharedSecret(kept, u)
      } catch {
        return null
      }
    }
  },

  sm4Ctr(key, counter, data) {
    const stream = sm4Blocks(key, countFrom(counter, Math.ceil(data.length / BLOCK_BYTES)))
    return Uint8Array.from(data, (byte, i) => byte ^ (stream[i] as number))
  },
  sm4Blocks: (key, block) => Uint8Array.from(sm4Blocks(key, block)),

  startAes128Ctr(key, firstBlock, nonce) {
    const encrypt = wasmAes128(key)
    const upper = nonce.slice()
    // Streams are taken in pieces of any length: what is left of the last block is made again.
    let position = BLOCK_BYTES * firstBlock
    return (bytes, out) => {
      const skip = position % BLOCK_BYTES
      const counter = concat(upper, i2osp((position - skip) / BLOCK_BYTES, 8))
      position += bytes
      const counters = countFrom(counter, Math.ceil((skip + bytes) / BLOCK_BYTES))
      const stream = encrypt(counters).subarray(skip, skip + bytes)
      out?.set(stream)
      return out ?? stream
    }
  },
  aes128: wasmAes128,

  ed25519Signer(seed) {
    const secret = seed.slice()
    return { publicKey: ed25519.getPublicKey(secret), sign: message => ed25519.sign(message, secret) }
  },
  verifyEd25519,
}

/** The library has no running SM3: the parts are held until the end. */
function collectForSm3(): RunningHash {
  const parts: Uint8Array[] = []
  return { update: part => void parts.push(part.slice()), digest: () => fromHex(sm3(concat(...parts))) }
}

function absorbed(
  hash: { update(data: Uint8Array): unknown; digest(): Uint8Array },
  parts: readonly Uint8Array[],
): Uint8Array {
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function sm4Blocks(key: Uint8Array, blocks: Uint8Array): readonly number[] {
  return sm4.encrypt(blocks, key, { padding: 'none', output: 'array' })
}

/** `count` blocks that count up from `counter` as one big-endian integer of 128 bits. */
function countFrom(counter: Uint8Array, count: number): Uint8Array {
  const next = counter.slice()
  const blocks = new Uint8Array(BLOCK_BYTES * count)
  for (let i = 0; i < count; i++) {
    blocks.set(next, BLOCK_BYTES * i)
    for (let at = BLOCK_BYTES - 1; at >= 0; at--) {
      next[at] = (next[at] as number) + 1
      if (next[at] !== 0) break
    }
  }
  return blocks
}
