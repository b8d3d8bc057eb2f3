import { RECORD_KINDS } from '@mixun/core/domain'
import type { KindsPayload } from '../ledger/payloads.ts'

/** One kind of the catalogue. */
export type CatalogueKind = KindsPayload['kinds'][number]

/** The kinds of records that may be reported, and every number that was ever given out. */
export class KindCatalogue {
  #version = 1
  #kinds: readonly CatalogueKind[] = RECORD_KINDS
  readonly #taken = new Map<number, CatalogueKind>(RECORD_KINDS.map(kind => [kind.wire, kind]))

  get version(): number {
    return this.#version
  }

  /** Kinds that may be reported, by number. */
  get kinds(): readonly CatalogueKind[] {
    return this.#kinds
  }

  /** Whether records of this kind may be reported. */
  has(code: string): boolean {
    return this.#kinds.some(kind => kind.code === code)
  }

  /** The first kind of a proposal whose number or code stands for something else already, retired kinds included. */
  conflict({ kinds }: KindsPayload): CatalogueKind | undefined {
    return kinds.find(kind => {
      const holders = [...this.#taken.values()].filter(
        taken => taken.wire === kind.wire || taken.code === kind.code,
      )
      return holders.some(
        taken =>
          taken.wire !== kind.wire ||
          taken.code !== kind.code ||
          taken.class !== kind.class ||
          taken.public !== kind.public,
      )
    })
  }

  take({ version, kinds }: KindsPayload): void {
    this.#version = version
    this.#kinds = kinds
    for (const kind of kinds) this.#taken.set(kind.wire, kind)
  }
}
