import { fail } from '../errors/index.ts'
import { gf2Module } from '../kernel/generated/gf2.ts'
import { instantiate } from '../kernel/load.ts'
import { type Gf2Kernel, MAX_GF2_BYTES } from './gf2-kernel.ts'

const PAGE_BYTES = 65_536

/** What the module exports; addresses count from the start of its memory. */
interface Gf2Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  start(): number
  transpose(out: number, columns: number, stride: number, blocks: number): void
  fold(k: number, u: number, v: number, leaves: number, stride: number, bytes: number): void
  correct(k: number, w: number, d: number, masks: number, stride: number, bytes: number): void
  xor(out: number, a: number, b: number, bytes: number): void
  xorBlock(out: number, a: number, block: number, count: number): void
  xorTweaks(out: number, a: number, firstLow: number, firstHigh: number, count: number): void
  accumulate(sum: number, rows: number, c0: number, c1: number, c2: number, c3: number): void
  reduce(sum: number): void
  multiply(out: number, a: number, b: number): void
  innerProduct(out: number, a: number, b: number, count: number): void
}

/**
 * The WebAssembly kernel, one instance a call. No branch and no address in it depends on its memory.
 *
 * @throws ERR_INPUT_RANGE, ERR_KERNEL_MISSING, ERR_KERNEL_INVALID
 */
export function wasmGf2(bytes: number): Gf2Kernel {
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MAX_GF2_BYTES) {
    fail('ERR_INPUT_RANGE', `expected at most ${MAX_GF2_BYTES} bytes of memory, found ${bytes}`)
  }
  const kernel = instantiate<Gf2Exports>(gf2Module, 'a kernel of binary fields', ({ memory, start }) => {
    const missing = start() + bytes - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
  })
  const base = kernel.start()
  return {
    name: 'wasm',
    memory: new Uint8Array(kernel.memory.buffer, base, bytes),
    transpose: (out, columns, stride, blocks) => kernel.transpose(base + out, base + columns, stride, blocks),
    fold: (k, u, v, leaves, stride, length) =>
      kernel.fold(k, base + u, base + v, base + leaves, stride, length),
    correct: (k, w, d, masks, stride, length) =>
      kernel.correct(k, base + w, base + d, base + masks, stride, length),
    xor: (out, a, b, length) => kernel.xor(base + out, base + a, base + b, length),
    xorBlock: (out, a, block, count) => kernel.xorBlock(base + out, base + a, base + block, count),
    xorTweaks: (out, a, first, count) =>
      kernel.xorTweaks(base + out, base + a, (first % 2 ** 32) | 0, Math.floor(first / 2 ** 32), count),
    accumulate: (sum, rows, challenge) =>
      kernel.accumulate(
        base + sum,
        base + rows,
        wordAt(challenge, 0),
        wordAt(challenge, 4),
        wordAt(challenge, 8),
        wordAt(challenge, 12),
      ),
    reduce: sum => kernel.reduce(base + sum),
    multiply: (out, a, b) => kernel.multiply(base + out, base + a, base + b),
    innerProduct: (out, a, b, count) => kernel.innerProduct(base + out, base + a, base + b, count),
  }
}

/** Four bytes as a little-endian word; a DataView a call would cost more than the call. */
function wordAt(bytes: Uint8Array, at: number): number {
  const byte = (i: number): number => bytes[at + i] as number
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)
}
