import { runtime } from '#runtime'
import { BATCH, BLOCK_BYTES, DIGEST_BYTES, LANES, type Sha256Kernel, sha256Kernel } from './kernel.ts'

/** What padding takes at least: a bit and the length. */
const PADDING_BYTES = 9
/** Blocks of the longest message that the kernel takes; longer ones go to the runtime's hash. */
const MAX_BLOCKS = 2

/** Messages of one number of blocks that wait for the kernel. */
interface Queue extends Sha256Kernel {
  readonly blocks: number
  /** Where each waiting message's digest goes, of which there are `count`. */
  readonly indices: Uint32Array
  count: number
}

/**
 * SHA-256 of many short messages: those of up to 119 bytes go through a WebAssembly kernel, four at once. A call of the
 * runtime's hash takes a microsecond or two whatever it hashes; here a message of 55 bytes takes a tenth of it.
 */
export class Sha256Batch {
  readonly #out: Uint8Array
  readonly #queues: readonly Queue[]

  /** @param out where digests go, 32 bytes each */
  constructor(out: Uint8Array) {
    this.#out = out
    this.#queues = Array.from({ length: MAX_BLOCKS }, (_, i) => queueFor(i + 1))
  }

  /** Takes a message, prefix ‖ message, whose digest is to be number `index`. */
  add(index: number, prefix: Uint8Array, message: Uint8Array): void {
    const length = prefix.length + message.length
    const queue = this.#queues[Math.ceil((length + PADDING_BYTES) / BLOCK_BYTES) - 1]
    if (queue === undefined) {
      this.#out.set(runtime.sha256(prefix, message), DIGEST_BYTES * index)
      return
    }
    const { messages, indices, blocks } = queue
    const at = BLOCK_BYTES * blocks * queue.count
    for (let i = 0; i < prefix.length; i++) messages[at + i] = prefix[i] as number
    for (let i = 0; i < message.length; i++) messages[at + prefix.length + i] = message[i] as number
    messages[at + length] = 0x80
    const end = at + BLOCK_BYTES * blocks
    messages[end - 2] = length >>> 5
    messages[end - 1] = (length << 3) & 0xff
    indices[queue.count++] = index
    if (queue.count === BATCH) this.#flush(queue)
  }

  /** Hashes what is waiting still. */
  finish(): void {
    for (const queue of this.#queues) if (queue.count > 0) this.#flush(queue)
  }

  #flush(queue: Queue): void {
    const { module, messages, digests, indices, blocks, count } = queue
    const base = module.start()
    const groups = Math.ceil(count / LANES)
    module.hashGroups(base + messages.length, base, blocks, groups)
    for (let i = 0; i < count; i++) {
      const to = DIGEST_BYTES * (indices[i] as number)
      for (let j = 0; j < DIGEST_BYTES; j++) this.#out[to + j] = digests[DIGEST_BYTES * i + j] as number
    }
    messages.fill(0)
    digests.fill(0)
    queue.count = 0
  }
}

function queueFor(blocks: number): Queue {
  return { ...sha256Kernel(blocks), blocks, indices: new Uint32Array(BATCH), count: 0 }
}
