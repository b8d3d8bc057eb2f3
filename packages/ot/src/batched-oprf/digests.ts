import { utf8 } from '@mixun/core/bytes'
import { Sha256Batch } from '@mixun/core/sha256-batch'
import { intl } from '@mixun/core/suite'
import { DIGEST_BYTES, ELEMENT_BYTES, OUTPUT_BYTES } from './params.ts'

const ITEM_LABEL = utf8('mixun-batched-oprf-1-item\0')
const OUTPUT_LABEL = utf8('mxboprf')
/** So short that items of up to 39 bytes are hashed in one block; a tag is of one session. */
const PREFIX_BYTES = 16

/** SHA-256 of each item under a tag, 32 bytes each: the first half is the key of its row, the second its value. */
export function digestItems(tag: Uint8Array, items: readonly Uint8Array[]): Uint8Array {
  const prefix = intl.hash(ITEM_LABEL, tag).slice(0, PREFIX_BYTES)
  const digests = new Uint8Array(DIGEST_BYTES * items.length)
  const batch = new Sha256Batch(digests)
  for (let i = 0; i < items.length; i++) batch.add(i, prefix, items[i] as Uint8Array)
  batch.finish()
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
  const message = new Uint8Array(ELEMENT_BYTES + DIGEST_BYTES)
  const outputs = new Uint8Array(OUTPUT_BYTES * count)
  const batch = new Sha256Batch(outputs)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < ELEMENT_BYTES; j++) {
      message[j] = (elements[ELEMENT_BYTES * i + j] as number) ^ (coin[j] as number)
    }
    for (let j = 0; j < DIGEST_BYTES; j++) {
      message[ELEMENT_BYTES + j] = digests[DIGEST_BYTES * i + j] as number
    }
    batch.add(i, OUTPUT_LABEL, message)
  }
  batch.finish()
  return outputs
}
