import { gf2Module } from '../kernel/generated/gf2.ts'
import { instantiate } from '../kernel/load.ts'

const BLOCK_BYTES = 16
/** Blocks that go through the kernel at once. */
const MAX_BLOCKS = 2_048
const ROUND_KEYS_BYTES = 176
const PAGE_BYTES = 65_536

interface AesExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  start(): number
  expandKey(roundKeys: number, key: number): void
  encryptBlocks(out: number, blocks: number, roundKeys: number, count: number): void
}

let loaded: AesExports | undefined

/** One instance serves all keys: the round keys are put in for each call, and everything is zeroed behind it. */
function kernel(): AesExports {
  loaded ??= instantiate<AesExports>(gf2Module, 'a kernel with AES', ({ memory, start }) => {
    const missing = start() + ROUND_KEYS_BYTES + BLOCK_BYTES * MAX_BLOCKS - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
  })
  return loaded
}

/**
 * AES-128 in WebAssembly, whole blocks one by one: no look-up by address, unlike what JavaScript has, and about as fast as
 * that. For runtimes without an AES of their own.
 *
 * @param key secret, 16 bytes; copied
 */
export function wasmAes128(key: Uint8Array): (blocks: Uint8Array, out?: Uint8Array) => Uint8Array {
  const secret = key.slice()
  return (blocks, out = new Uint8Array(blocks.length)) => {
    const { memory, start, expandKey, encryptBlocks } = kernel()
    const [roundKeys, data] = [start(), start() + ROUND_KEYS_BYTES]
    const bytes = new Uint8Array(memory.buffer)
    try {
      bytes.set(secret, data)
      expandKey(roundKeys, data)
      for (let at = 0; at < blocks.length; at += BLOCK_BYTES * MAX_BLOCKS) {
        const part = blocks.subarray(at, at + BLOCK_BYTES * MAX_BLOCKS)
        bytes.set(part, data)
        encryptBlocks(data, data, roundKeys, part.length / BLOCK_BYTES)
        out.set(bytes.subarray(data, data + part.length), at)
      }
    } finally {
      bytes.fill(0, roundKeys, data + BLOCK_BYTES * MAX_BLOCKS)
    }
    return out
  }
}
