import { fail } from '@mixun/core/errors'
import { DIGEST_BYTES } from '../batched-oprf/index.ts'
import { MAX_LABEL_BYTES, MAX_PSI_ITEMS } from './params.ts'

const DIGEST_WORDS = DIGEST_BYTES / 4

/** @throws ERR_INPUT_LENGTH */
export function checkItemCount(count: number): void {
  if (count > MAX_PSI_ITEMS) {
    fail('ERR_INPUT_LENGTH', `expected at most ${MAX_PSI_ITEMS} items, found ${count}`)
  }
}

/** By the digests of items, 32 bytes each. @throws ERR_INPUT_DUPLICATE, naming the positions of an item that stands twice */
export function requireDistinctItems(digests: Uint8Array): void {
  const words = new Int32Array(digests.buffer, digests.byteOffset, digests.length / 4)
  const count = digests.length / DIGEST_BYTES
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1
  const slots = new Int32Array(mask + 1)
  for (let i = 0; i < count; i++) {
    let slot = (words[DIGEST_WORDS * i] as number) & mask
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const earlier = (slots[slot] as number) - 1
      let word = 0
      while (word < DIGEST_WORDS && words[DIGEST_WORDS * i + word] === words[DIGEST_WORDS * earlier + word])
        word++
      if (word === DIGEST_WORDS) {
        fail('ERR_INPUT_DUPLICATE', `expected distinct items, found those at ${earlier} and ${i} alike`)
      }
    }
    slots[slot] = i + 1
  }
}

/** Bytes of each label. @throws ERR_INPUT_LENGTH unless there is one for each item, and all are alike long */
export function checkLabels(labels: readonly Uint8Array[], count: number): number {
  const [first] = labels
  const labelBytes = first?.length ?? 1
  const areAlike = labels.every(label => label.length === labelBytes)
  if (labels.length !== count || !areAlike || labelBytes < 1 || labelBytes > MAX_LABEL_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected ${count} labels of one length of 1 to ${MAX_LABEL_BYTES} bytes`)
  }
  return labelBytes
}
