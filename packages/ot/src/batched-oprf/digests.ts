import { concat, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { DIGEST_BYTES, ELEMENT_BYTES, OUTPUT_BYTES } from './params.ts'

const ITEM_LABEL = utf8('mixun-batched-oprf-1-item\0')
const OUTPUT_LABEL = utf8('mxboprf')
/** Items up to this length are hashed through one buffer. */
const BUFFER_BYTES = 4_096

/** SHA-256 of each item under a tag, 32 bytes each: the first half is the key of its row, the second its value. */
export function digestItems(tag: Uint8Array, items: readonly Uint8Array[]): Uint8Array {
  const prefix = concat(ITEM_LABEL, tag)
  const buffer = new Uint8Array(prefix.length + BUFFER_BYTES)
  buffer.set(prefix)
  const digests = new Uint8Array(DIGEST_BYTES * items.length)
  let at = 0
  for (const item of items) {
    if (item.length <= BUFFER_BYTES) {
      buffer.set(item, prefix.length)
      digests.set(intl.hash(buffer.subarray(0, prefix.length + item.length)), at)
    } else {
      digests.set(intl.hash(prefix, item), at)
    }
    at += DIGEST_BYTES
  }
  return digests
}

/** The keys of all rows: the first halves of the digests. */
export function keysOf(digests: Uint8Array): Uint8Array {
  return halvesOf(digests, 0)
}

/** The values: the second halves of the digests. */
export function valuesOf(digests: Uint8Array): Uint8Array {
  return halvesOf(digests, ELEMENT_BYTES)
}

function halvesOf(digests: Uint8Array, from: number): Uint8Array {
  const halves = new Uint8Array(digests.length / 2)
  const [words, all] = [new Uint32Array(halves.buffer), new Uint32Array(digests.buffer, digests.byteOffset)]
  for (let i = 0, j = from / 4; i < words.length; i += 4, j += 8) {
    words[i] = all[j] as number
    words[i + 1] = all[j + 1] as number
    words[i + 2] = all[j + 2] as number
    words[i + 3] = all[j + 3] as number
  }
  return halves
}

/** The outputs: SHA-256 of each element, plus the coin, with the digest of its item; one block of the hash each. */
export function hashOutputs(elements: Uint8Array, coin: Uint8Array, digests: Uint8Array): Uint8Array {
  const count = elements.length / ELEMENT_BYTES
  const buffer = new Uint8Array(OUTPUT_LABEL.length + ELEMENT_BYTES + DIGEST_BYTES)
  buffer.set(OUTPUT_LABEL)
  const outputs = new Uint8Array(OUTPUT_BYTES * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < ELEMENT_BYTES; j++) {
      buffer[OUTPUT_LABEL.length + j] = (elements[ELEMENT_BYTES * i + j] as number) ^ (coin[j] as number)
    }
    buffer.set(
      digests.subarray(DIGEST_BYTES * i, DIGEST_BYTES * (i + 1)),
      OUTPUT_LABEL.length + ELEMENT_BYTES,
    )
    outputs.set(intl.hash(buffer), OUTPUT_BYTES * i)
  }
  return outputs
}
