import type { Gf2Kernel } from './gf2-kernel.ts'
import { SUM_ROWS } from './gf2-kernel.ts'
import { addTo, fieldMultiply, toBytes, toInteger } from './reference-field.ts'

const BLOCK_BYTES = 16

/**
 * The operations of a {@link Gf2Kernel} as they are defined, over a plain array: for reading, and for tests of the other.
 * Slow, and not constant time.
 */
export function referenceGf2(bytes: number): Gf2Kernel {
  const memory = new Uint8Array(bytes)
  const stream = (at: number, length: number): Uint8Array => memory.subarray(at, at + length)
  const block = (at: number): bigint => toInteger(stream(at, BLOCK_BYTES))
  const setBlock = (at: number, value: bigint): void => memory.set(toBytes(value, BLOCK_BYTES), at)

  const kernel: Gf2Kernel = {
    name: 'reference',
    memory,
    transpose(out, columns, stride, blocks) {
      for (let row = 0; row < 128 * blocks; row++) {
        let bits = 0n
        for (let column = 0; column < 128; column++) {
          const byte = memory[columns + column * stride + (row >>> 3)] as number
          bits |= BigInt((byte >>> (row & 7)) & 1) << BigInt(column)
        }
        setBlock(out + BLOCK_BYTES * row, bits)
      }
    },
    fold(k, u, v, leaves, stride, length) {
      const sumOf = (isPart: (x: number) => boolean): Uint8Array => {
        const sum = new Uint8Array(length)
        for (let x = 0; x < 2 ** k; x++) {
          if (isPart(x)) addTo(sum, stream(leaves + x * stride, length))
        }
        return sum
      }
      for (let t = 0; t < k; t++)
        memory.set(
          sumOf(x => ((x >>> t) & 1) === 1),
          v + t * stride,
        )
      memory.set(
        sumOf(() => true),
        u,
      )
    },
    correct(k, w, d, masks, stride, length) {
      for (let t = 0; t < k; t++) {
        if (memory[masks + t] === 255) addTo(stream(w + t * stride, length), stream(d, length))
      }
    },
    xor(out, a, b, length) {
      const sum = stream(a, length).slice()
      addTo(sum, stream(b, length))
      memory.set(sum, out)
    },
    xorBlock(out, a, at, count) {
      for (let i = 0; i < count; i++) {
        setBlock(out + BLOCK_BYTES * i, block(a + BLOCK_BYTES * i) ^ block(at))
      }
    },
    xorTweaks(out, a, first, count) {
      for (let i = 0; i < count; i++) {
        setBlock(out + BLOCK_BYTES * i, block(a + BLOCK_BYTES * i) ^ BigInt(first + i))
      }
    },
    accumulate(sum, rows, challenge) {
      const bits = toInteger(challenge)
      for (let s = 0; s < 128; s++) {
        if (((bits >> BigInt(s)) & 1n) === 0n) continue
        for (let row = 0; row < 128; row++) {
          const to = stream(sum + BLOCK_BYTES * (row + s), BLOCK_BYTES)
          addTo(to, stream(rows + BLOCK_BYTES * row, BLOCK_BYTES))
        }
      }
    },
    reduce(sum) {
      for (let degree = SUM_ROWS - 1; degree >= 128; degree--) {
        const row = stream(sum + BLOCK_BYTES * degree, BLOCK_BYTES)
        for (const term of [0, 1, 2, 7]) {
          addTo(stream(sum + BLOCK_BYTES * (degree - 128 + term), BLOCK_BYTES), row)
        }
        row.fill(0)
      }
    },
    multiply: (out, a, b) => setBlock(out, fieldMultiply(block(a), block(b))),
    innerProduct(out, a, b, count) {
      let sum = 0n
      for (let i = 0; i < count; i++) {
        sum ^= fieldMultiply(block(a + BLOCK_BYTES * i), block(b + BLOCK_BYTES * i))
      }
      setBlock(out, sum)
    },
  }
  return kernel
}
