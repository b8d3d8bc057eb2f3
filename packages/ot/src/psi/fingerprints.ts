import { aes128Stream } from '@mixun/core/aes'
import type { RandomSource } from '@mixun/core/random'
import { OUTPUT_BYTES } from '../batched-oprf/index.ts'
import { shuffled } from '../blocks/shuffled.ts'

/** Where the key of an item's label starts in its output, behind the longest fingerprint. */
const LABEL_KEY_AT = 16
const KEY_BYTES = 16

/** What one record of the sender holds: a fingerprint, and the label under a key of its own. */
export interface RecordShape {
  readonly fingerprintBytes: number
  readonly labelBytes: number
}

/** The sender's records, in an order drawn at random. @param labels `labelBytes` each, or null */
export function sealRecords(
  { fingerprintBytes, labelBytes }: RecordShape,
  outputs: Uint8Array,
  labels: readonly Uint8Array[] | null,
  random: RandomSource,
): Uint8Array {
  const count = outputs.length / OUTPUT_BYTES
  const recordBytes = fingerprintBytes + labelBytes
  const records = new Uint8Array(recordBytes * count)
  const order = shuffled(count, random)
  for (let to = 0; to < count; to++) {
    const from = order[to] as number
    const at = recordBytes * to
    for (let j = 0; j < fingerprintBytes; j++) records[at + j] = outputs[OUTPUT_BYTES * from + j] as number
    if (labels === null) continue
    const output = outputs.subarray(OUTPUT_BYTES * from, OUTPUT_BYTES * (from + 1))
    records.set(maskLabel(output, labels[from] as Uint8Array), at + fingerprintBytes)
  }
  return records
}

/** A label plus the stream of its item's output; twice is the label again. */
function maskLabel(output: Uint8Array, label: Uint8Array): Uint8Array {
  const key = output.subarray(LABEL_KEY_AT, LABEL_KEY_AT + KEY_BYTES)
  const stream = aes128Stream(key)(label.length)
  return label.map((byte, i) => byte ^ (stream[i] as number))
}

/** Finds records among the receiver's own outputs, part by part. Not constant time. */
export class FingerprintTable {
  readonly #shape: RecordShape
  readonly #outputs: Uint8Array
  /** Open addressing, two words a slot: the number of an output plus one or 0, and the start of the output. */
  readonly #slots: Int32Array
  readonly #mask: number
  /** Whether an item was hit. */
  readonly #isHit: Uint8Array
  readonly #labels = new Map<number, Uint8Array>()

  /** @param outputs of the receiver's items, in their order */
  constructor(shape: RecordShape, outputs: Uint8Array) {
    const count = outputs.length / OUTPUT_BYTES
    const size = 2 ** Math.ceil(Math.log2(2 * count + 2))
    this.#shape = shape
    this.#outputs = outputs
    this.#slots = new Int32Array(2 * size)
    this.#mask = size - 1
    this.#isHit = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const start = wordAt(outputs, OUTPUT_BYTES * i)
      let slot = start & this.#mask
      while (this.#slots[2 * slot] !== 0) slot = (slot + 1) & this.#mask
      this.#slots[2 * slot] = i + 1
      this.#slots[2 * slot + 1] = start
    }
  }

  /**
   * Looks whole records up. Of two that hit one item the first counts: an error would tell a sender who repeats a record
   * whether the receiver has that item.
   */
  take(records: Uint8Array): void {
    const { fingerprintBytes, labelBytes } = this.#shape
    const recordBytes = fingerprintBytes + labelBytes
    for (let at = 0; at < records.length; at += recordBytes) {
      const item = this.#find(records, at)
      if (item < 0 || this.#isHit[item] === 1) continue
      this.#isHit[item] = 1
      if (labelBytes === 0) continue
      const output = this.#outputs.subarray(OUTPUT_BYTES * item, OUTPUT_BYTES * (item + 1))
      this.#labels.set(item, maskLabel(output, records.subarray(at + fingerprintBytes, at + recordBytes)))
    }
  }

  /** Positions of the items that were hit, ascending, with their labels, which are empty without labels. */
  finish(): { common: number[]; labels: Uint8Array[] } {
    const common: number[] = []
    for (const [i, isHit] of this.#isHit.entries()) if (isHit === 1) common.push(i)
    return { common, labels: common.map(i => this.#labels.get(i) ?? new Uint8Array(0)) }
  }

  #find(records: Uint8Array, at: number): number {
    const { fingerprintBytes } = this.#shape
    const start = wordAt(records, at)
    for (let slot = start & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const item = (this.#slots[2 * slot] as number) - 1
      if (item < 0) return -1
      if (this.#slots[2 * slot + 1] !== start) continue
      let j = 4
      while (j < fingerprintBytes && records[at + j] === this.#outputs[OUTPUT_BYTES * item + j]) j++
      if (j === fingerprintBytes) return item
    }
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}
