import type { Group } from '../group/index.ts'

/** A group under test and what is known about it from elsewhere. */
export interface GroupCase {
  readonly group: Group
  /** The implementation that `group` equals bit for bit; `group` itself where there is none. */
  readonly reference: Group
  readonly order: bigint
  /** Order of the bytes of an encoded scalar. */
  readonly isLittleEndian: boolean
  /** Encodings to try beside random ones: those around the field prime, those of small-order points. */
  readonly suspects: readonly Uint8Array[]
}
