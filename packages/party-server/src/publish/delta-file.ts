import { existsSync, readFileSync } from 'node:fs'
import { Reader, Writer } from '@mixun/core/codec'
import {
  decodeDelta,
  decodeTableCommitment,
  deltaBytes,
  encodeDelta,
  encodeTableCommitment,
  type TableCommitment,
  type TableDelta,
} from '@mixun/ot/sealed-table'

/** A delta as the provider keeps it: with the commitment to the version that it leads to. */
export interface StoredDelta {
  readonly commitment: TableCommitment
  readonly delta: TableDelta
  /** The delta as it is sent. */
  readonly bytes: Uint8Array
}

export function encodeStoredDelta(commitment: TableCommitment, delta: TableDelta): Uint8Array {
  return new Writer().bytes16(encodeTableCommitment(commitment)).raw(encodeDelta(delta)).finish()
}

/** The delta in a file; undefined when there is none. @throws ERR_DECODE_… */
export function readStoredDelta(file: string): StoredDelta | undefined {
  if (!existsSync(file)) return undefined
  const reader = new Reader(readFileSync(file))
  const commitment = decodeTableCommitment(reader.bytes16(1_024))
  const bytes = reader.fixed(deltaBytes(commitment))
  reader.end()
  return { commitment, delta: decodeDelta(bytes, commitment), bytes }
}
