/** SM3, written from GB/T 32905-2016 section 5, for the second implementation only: slow, plain, shares nothing. */
export function sm3(message: Uint8Array): Uint8Array {
  // 5.2: a one bit, zeros up to 448 modulo 512 bits, the length in 64 bits.
  const padded = new Uint8Array(64 * Math.ceil((message.length + 9) / 64))
  padded.set(message)
  padded[message.length] = 0x80
  new DataView(padded.buffer).setBigUint64(padded.length - 8, 8n * BigInt(message.length))
  // 4.1
  let v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]
  for (let at = 0; at < padded.length; at += 64) v = compress(v, new DataView(padded.buffer, at, 64))
  const digest = new DataView(new ArrayBuffer(32))
  v.forEach((word, i) => digest.setUint32(4 * i, word))
  return new Uint8Array(digest.buffer)
}

/** 5.3.3 */
function compress(v: readonly number[], block: DataView): number[] {
  const w = expand(block)
  let [a, b, c, d, e, f, g, h] = v as [number, number, number, number, number, number, number, number]
  for (let j = 0; j < 64; j++) {
    const t = j < 16 ? 0x79cc4519 : 0x7a879d8a
    const ss1 = rotate(rotate(a, 12) + e + rotate(t, j % 32), 7)
    const ss2 = ss1 ^ rotate(a, 12)
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g)
    const tt1 = (ff + d + ss2 + ((w[j] as number) ^ (w[j + 4] as number))) >>> 0
    const tt2 = (gg + h + ss1 + (w[j] as number)) >>> 0
    ;[d, c, b, a] = [c, rotate(b, 9), a, tt1]
    ;[h, g, f, e] = [g, rotate(f, 19), e, tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17)]
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word ^ (v[i] as number)) >>> 0)
}

/** 5.3.2: W0 to W67; W'j is Wj ^ Wj+4. */
function expand(block: DataView): number[] {
  const w = Array.from({ length: 16 }, (_, i) => block.getUint32(4 * i))
  const word = (i: number) => w[i] as number
  for (let j = 16; j < 68; j++) {
    const x = word(j - 16) ^ word(j - 9) ^ rotate(word(j - 3), 15)
    w.push((x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(word(j - 13), 7) ^ word(j - 6)) >>> 0)
  }
  return w
}

/** The low 32 bits of `value`, rotated left. */
function rotate(value: number, by: number): number {
  const word = value >>> 0
  return by === 0 ? word : ((word << by) | (word >>> (32 - by))) >>> 0
}
