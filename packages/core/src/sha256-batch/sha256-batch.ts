import { runtime } from '#runtime'
import { sha256Module } from '../kernel/generated/sha256.ts'
import { instantiate } from '../kernel/load.ts'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
/** What padding takes at least: a bit and the length. */
const PADDING_BYTES = 9
/** Blocks of the longest message that the kernel takes; longer ones go to the runtime's hash. */
const MAX_BLOCKS = 2
/** Messages that go through the kernel at once, a multiple of four. */
const BATCH = 512
const LANES = 4

interface Sha256Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  start(): number
  hashGroups(out: number, messages: number, blocks: number, groups: number): void
}

/** Messages of one number of blocks that wait for the kernel. */
interface Queue {
  readonly blocks: number
  readonly kernel: Sha256Exports
  readonly messages: Uint8Array
  readonly digests: Uint8Array
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
    const { kernel, messages, digests, indices, blocks, count } = queue
    const base = kernel.start()
    const groups = Math.ceil(count / LANES)
    kernel.hashGroups(base + messages.length, base, blocks, groups)
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
  const kernel = instantiate<Sha256Exports>(sha256Module, 'a kernel of SHA-256', ({ start }) => void start())
  const base = kernel.start()
  const { buffer } = kernel.memory
  const messageBytes = BLOCK_BYTES * blocks * BATCH
  return {
    blocks,
    kernel,
    messages: new Uint8Array(buffer, base, messageBytes),
    digests: new Uint8Array(buffer, base + messageBytes, DIGEST_BYTES * BATCH),
    indices: new Uint32Array(BATCH),
    count: 0,
  }
}
