/** The powers H·x^i of the hash key: 128 × 4 words, most significant word first. Secret. */
export type GhashKey = Uint32Array

/** Expands the 16-byte hash key H = E(K, 0^128) for {@link ghash}. */
export function ghashKey(h: Uint8Array): GhashKey {
  const view = new DataView(h.buffer, h.byteOffset, 16)
  const powers = new Uint32Array(128 * 4)
  let [a, b, c, d] = [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)]
  for (let i = 0; i < 128; i++) {
    powers.set([a, b, c, d], 4 * i)
    // Times x: a right shift, and the polynomial's 0xe1 at the top if a bit fell out (SP 800-38D section 6.3).
    const carry = -(d & 1) & 0xe1000000
    d = (d >>> 1) | (c << 31)
    c = (c >>> 1) | (b << 31)
    b = (b >>> 1) | (a << 31)
    a = (a >>> 1) ^ carry
  }
  return powers
}

/**
 * GHASH (NIST SP 800-38D section 6.4) of `associatedData` and `ciphertext`, each padded with zeros to whole blocks,
 * and the block of their lengths in bits. Every bit of a block selects by a mask, so neither a branch nor an index
 * depends on data or key.
 */
export function ghash(key: GhashKey, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const state = new Uint32Array(4)
  absorb(key, state, associatedData)
  absorb(key, state, ciphertext)
  const lengths = new DataView(new ArrayBuffer(16))
  lengths.setBigUint64(0, 8n * BigInt(associatedData.length))
  lengths.setBigUint64(8, 8n * BigInt(ciphertext.length))
  absorb(key, state, new Uint8Array(lengths.buffer))
  const digest = new DataView(new ArrayBuffer(16))
  for (let i = 0; i < 4; i++) digest.setUint32(4 * i, state[i] as number)
  return new Uint8Array(digest.buffer)
}

function absorb(key: GhashKey, state: Uint32Array, data: Uint8Array): void {
  const block = new Uint8Array(16)
  const view = new DataView(block.buffer)
  for (let offset = 0; offset < data.length; offset += 16) {
    block.fill(0)
    block.set(data.subarray(offset, offset + 16))
    for (let i = 0; i < 4; i++) state[i] = (state[i] as number) ^ view.getUint32(4 * i)
    multiply(key, state)
  }
}

/** state · H: the sum of H·x^i over the bits i of the state, the first bit of a block being i = 0. */
function multiply(key: GhashKey, state: Uint32Array): void {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let word = 0; word < 4; word++) {
    const bits = state[word] as number
    for (let bit = 0; bit < 32; bit++) {
      const mask = -((bits >>> (31 - bit)) & 1)
      const at = 4 * (32 * word + bit)
      a ^= (key[at] as number) & mask
      b ^= (key[at + 1] as number) & mask
      c ^= (key[at + 2] as number) & mask
      d ^= (key[at + 3] as number) & mask
    }
  }
  state[0] = a
  state[1] = b
  state[2] = c
  state[3] = d
}
