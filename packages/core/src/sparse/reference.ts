import { addTo, fieldMultiply, toBytes, toInteger } from '../gf2/reference-field.ts'
import { BAND_BYTES, type SparseKernel } from './sparse-kernel.ts'

const BLOCK_BYTES = 16
const STATE = 24

/**
 * The operations of a {@link SparseKernel} as they are defined, over a plain array: for reading, and for tests of the
 * other. Slow, and not constant time.
 */
export function referenceSparse(bytes: number): SparseKernel {
  const memory = new Uint8Array(bytes)
  const view = new DataView(memory.buffer)
  const word = (at: number): number => view.getUint32(at, true)
  const setWord = (at: number, value: number): void => view.setUint32(at, value, true)
  const part = (at: number, length: number): Uint8Array => memory.subarray(at, at + length)
  const element = (at: number): bigint => toInteger(part(at, BLOCK_BYTES))
  const setElement = (at: number, value: bigint): void => memory.set(toBytes(value, BLOCK_BYTES), at)
  const band = (at: number): bigint => toInteger(part(at, BAND_BYTES))
  const setBand = (at: number, value: bigint): void => memory.set(toBytes(value, BAND_BYTES), at)
  const add = (to: number, from: number, length: number): void => addTo(part(to, length), part(from, length))
  const addSelected = (to: number, first: number, bits: bigint, length: number): void => {
    for (let j = 0; j < 8 * BAND_BYTES; j++) if (bitOf(bits, j)) add(to, first + j * length, length)
  }

  return {
    name: 'reference',
    memory,
    eliminate(bands, values, valueBytes, starts, order, leaders, count, outcome) {
      setWord(outcome, 0)
      for (let i = 0; i < count; i++) {
        const row = word(order + 4 * i)
        let bits = band(bands + BAND_BYTES * row)
        let column = word(starts + 4 * row)
        for (;;) {
          if (bits === 0n) return setWord(outcome, row + 1)
          for (; !bitOf(bits, 0); bits >>= 1n) column++
          const leader = word(leaders + 4 * column)
          if (leader === 0) break
          bits ^= band(bands + BAND_BYTES * (leader - 1))
          add(values + valueBytes * row, values + valueBytes * (leader - 1), valueBytes)
        }
        setBand(bands + BAND_BYTES * row, bits)
        setWord(leaders + 4 * column, row + 1)
      }
    },
    substitute(out, columns, bands, values, valueBytes, leaders, free) {
      let next = free
      for (let column = columns - 1; column >= 0; column--) {
        const leader = word(leaders + 4 * column)
        const at = out + valueBytes * column
        if (leader === 0) {
          memory.copyWithin(at, next, next + valueBytes)
          next += valueBytes
        } else {
          const value = values + valueBytes * (leader - 1)
          memory.copyWithin(at, value, value + valueBytes)
          addSelected(at, at, band(bands + BAND_BYTES * (leader - 1)) & ~1n, valueBytes)
        }
      }
    },
    bandProducts(out, columns, valueBytes, starts, order, bands, count) {
      for (let i = 0; i < count; i++) {
        const row = word(order + 4 * i)
        const at = out + valueBytes * row
        part(at, valueBytes).fill(0)
        const first = columns + valueBytes * word(starts + 4 * row)
        addSelected(at, first, band(bands + BAND_BYTES * row), valueBytes)
      }
    },
    convolute(x, n, coefficients, from, count) {
      for (let i = from; i < from + count; i++) {
        const bits = BigInt(word(coefficients + 4 * (i - from)))
        for (let j = 0; j <= STATE; j++) {
          if (j < STATE && !bitOf(bits, j)) continue
          add(x + BLOCK_BYTES * ((i + j + 1) % n), x + BLOCK_BYTES * i, BLOCK_BYTES)
        }
        const last = x + BLOCK_BYTES * ((i + STATE + 1) % n)
        setElement(last, fieldMultiply(element(last), 1n << 41n))
      }
    },
    expand(out, x, n, draws, regular, uniform, count) {
      const size = Math.floor(n / regular)
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < regular + uniform; j++) {
          const draw = word(draws + 4 * (i * (regular + uniform) + j))
          const position = j < regular ? j * size + scaled(draw, size) : scaled(draw, n)
          add(out + BLOCK_BYTES * i, x + BLOCK_BYTES * position, BLOCK_BYTES)
        }
      }
    },
    fillMultiples(table, factor) {
      for (let entry = 0; entry < 512; entry++) {
        const weight = BigInt(entry & 15) << BigInt(4 * (entry >>> 4))
        setElement(table + BLOCK_BYTES * entry, fieldMultiply(element(factor), weight))
      }
    },
    addMultiples(out, a, table, count) {
      const factor = element(table + BLOCK_BYTES)
      for (let at = 0; at < BLOCK_BYTES * count; at += BLOCK_BYTES) {
        setElement(out + at, element(out + at) ^ fieldMultiply(element(a + at), factor))
      }
    },
    fillBuckets(buckets, weights, values, count) {
      for (let at = 0; at < BLOCK_BYTES * count; at += BLOCK_BYTES) {
        const weight = element(weights + at)
        for (let group = 0; group < 32; group++) {
          const entry = 16 * group + Number((weight >> BigInt(4 * group)) & 15n)
          add(buckets + BLOCK_BYTES * entry, values + at, BLOCK_BYTES)
        }
      }
    },
    sumBuckets(out, buckets) {
      let sum = 0n
      for (let entry = 0; entry < 512; entry++) {
        const weight = BigInt(entry & 15) << BigInt(4 * (entry >>> 4))
        sum ^= fieldMultiply(element(buckets + BLOCK_BYTES * entry), weight)
      }
      setElement(out, sum)
    },
    packRows(out, rows, count) {
      for (let i = 0; i < count; i++) {
        let sum = 0n
        for (let k = 0; k < 128; k++) {
          sum ^= fieldMultiply(element(rows + BLOCK_BYTES * (128 * i + k)), 1n << BigInt(k))
        }
        setElement(out + BLOCK_BYTES * i, sum)
      }
    },
  }
}

function bitOf(bits: bigint, i: number): boolean {
  return ((bits >> BigInt(i)) & 1n) === 1n
}

function scaled(draw: number, n: number): number {
  return Number((BigInt(draw) * BigInt(n)) >> 32n)
}
