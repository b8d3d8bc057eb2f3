import { fail } from '@mixun/core/errors'
import { MAX_LABEL_BYTES, MAX_PSI_ITEMS } from './params.ts'

/** Before anything is sent. @throws ERR_INPUT_DUPLICATE, ERR_INPUT_LENGTH */
export function checkItems(items: readonly Uint8Array[]): void {
  if (items.length > MAX_PSI_ITEMS) {
    fail('ERR_INPUT_LENGTH', `expected at most ${MAX_PSI_ITEMS} items, found ${items.length}`)
  }
  const size = 2 ** Math.ceil(Math.log2(2 * items.length + 2))
  const slots = new Int32Array(size)
  for (const [i, item] of items.entries()) {
    let slot = mixed(item) & (size - 1)
    for (; slots[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      const earlier = (slots[slot] as number) - 1
      if (isSame(items[earlier] as Uint8Array, item)) {
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

/** FNV-1a with a last round of mixing: no collision resistance, the items are one's own. */
function mixed(item: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of item) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
