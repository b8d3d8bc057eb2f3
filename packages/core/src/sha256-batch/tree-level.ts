import { BATCH, BLOCK_BYTES, DIGEST_BYTES, LANES, type Sha256Kernel, sha256Kernel } from './kernel.ts'

/** Prefix of a node of RFC 9162 section 2.1.1. */
const NODE = 1
const PAIR_BYTES = 2 * DIGEST_BYTES
/** A byte, two hashes and the padding. */
const MESSAGE_BYTES = 2 * BLOCK_BYTES

/** Its messages are padded once: all have one length. Holds public hashes only. */
let kernel: Sha256Kernel | null = null

/**
 * `SHA-256(0x01 ‖ left ‖ right)` of each two neighbours of a level of an RFC 9162 tree: the level above. An odd last node is
 * left out. Four at once in WebAssembly, a fifth of what the runtime's hash takes.
 *
 * @param nodes hashes of 32 bytes, one after the other
 */
export function sha256TreeLevel(nodes: Uint8Array): Uint8Array {
  const { module, messages, digests } = (kernel ??= paddedKernel())
  const count = Math.floor(nodes.length / PAIR_BYTES)
  const parents = new Uint8Array(count * DIGEST_BYTES)
  for (let first = 0; first < count; first += BATCH) {
    const batch = Math.min(BATCH, count - first)
    for (let i = 0; i < batch; i++) {
      const from = (first + i) * PAIR_BYTES
      messages.set(nodes.subarray(from, from + PAIR_BYTES), i * MESSAGE_BYTES + 1)
    }
    const base = module.start()
    module.hashGroups(base + messages.length, base, 2, Math.ceil(batch / LANES))
    parents.set(digests.subarray(0, batch * DIGEST_BYTES), first * DIGEST_BYTES)
  }
  return parents
}

function paddedKernel(): Sha256Kernel {
  const made = sha256Kernel(2)
  const bits = 8 * (1 + PAIR_BYTES)
  for (let at = 0; at < made.messages.length; at += MESSAGE_BYTES) {
    made.messages[at] = NODE
    made.messages[at + 1 + PAIR_BYTES] = 0x80
    made.messages[at + MESSAGE_BYTES - 2] = bits >>> 8
    made.messages[at + MESSAGE_BYTES - 1] = bits & 0xff
  }
  return made
}
