import { compareBytes } from '@mixun/core/bytes'

interface KeyOnRecord {
  /** Index of the entry that brought it; it counts for the entries after that one. */
  readonly index: number
  readonly key: Uint8Array
}

/** Every key of one use that members have had on record: what an old one signed, or was sealed to, still counts. */
export class KeyHistory {
  readonly #keys = new Map<string, KeyOnRecord[]>()

  /** Takes in the key that entry number `index` brought; nothing changes when it is the newest already. */
  add(partyId: string, key: Uint8Array, index: number): void {
    const known = this.#keys.get(partyId) ?? []
    const newest = known.at(-1)
    if (newest !== undefined && compareBytes(newest.key, key) === 0) return
    this.#keys.set(partyId, [...known, { index, key }])
  }

  /** The key that a member had on record before entry number `index`. */
  at(partyId: string, index: number): Uint8Array | undefined {
    return this.#keys.get(partyId)?.findLast(each => each.index < index)?.key
  }

  /** Every key that a member had on record at some time from entry `from` on to before entry `to`, newest first. */
  between(partyId: string, from: number, to: number): Uint8Array[] {
    const known = this.#keys.get(partyId) ?? []
    return known
      .filter(({ index }, i) => index < to && (known[i + 1]?.index ?? Number.POSITIVE_INFINITY) >= from)
      .map(({ key }) => key)
      .toReversed()
  }

  /** Who has, or ever had, this key. */
  holder(key: Uint8Array): string | undefined {
    for (const [partyId, known] of this.#keys) {
      if (known.some(each => compareBytes(each.key, key) === 0)) return partyId
    }
    return undefined
  }
}
