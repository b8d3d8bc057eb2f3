import { sha256Module } from '../kernel/generated/sha256.ts'
import { instantiate } from '../kernel/load.ts'

export const BLOCK_BYTES = 64
export const DIGEST_BYTES = 32
/** Messages that go through the kernel at once, a multiple of four. */
export const BATCH = 512
export const LANES = 4

interface Sha256Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  start(): number
  hashGroups(out: number, messages: number, blocks: number, groups: number): void
}

/** An instance of the kernel with room for a batch of padded messages of one number of blocks, and for their digests behind. */
export interface Sha256Kernel {
  readonly module: Sha256Exports
  readonly messages: Uint8Array
  readonly digests: Uint8Array
}

export function sha256Kernel(blocks: number): Sha256Kernel {
  const module = instantiate<Sha256Exports>(sha256Module, 'a kernel of SHA-256', ({ start }) => void start())
  const base = module.start()
  const { buffer } = module.memory
  const messageBytes = BLOCK_BYTES * blocks * BATCH
  return {
    module,
    messages: new Uint8Array(buffer, base, messageBytes),
    digests: new Uint8Array(buffer, base + messageBytes, DIGEST_BYTES * BATCH),
  }
}
