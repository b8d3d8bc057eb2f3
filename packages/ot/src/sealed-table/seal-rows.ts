import { concat, utf8, wipe } from '@mixun/core/bytes'
import type { RandomSource } from '@mixun/core/random'
import { evaluateInput, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import { rowKey, rowTag, subjectKey } from './key-schedule.ts'
import { SALT_BYTES } from './params.ts'
import { type RowContext, type SealedRow, sealRow } from './row.ts'

/** First byte of every dummy input. No text is encoded with it, and no entry may start with it. */
export const DUMMY_DOMAIN = 0xff

/** What seals rows: the context, and the provider's key. */
export interface RowSealer extends RowContext {
  readonly oprf: OprfSuite
  readonly key: OprfKeyPair
  /** The version of the root that the rows are for. */
  readonly version: number
}

/** A fresh input that no subject has. */
export function dummyInput(random: RandomSource): Uint8Array {
  return concat(Uint8Array.of(DUMMY_DOMAIN), utf8('mixun-dummy'), random.bytes(32))
}

/** The PRF key of an input's rows. Secret; wiped by the caller. */
export function inputKey({ suite, scope, oprf, key }: RowSealer, input: Uint8Array): Uint8Array {
  const output = evaluateInput(oprf, 'voprf', key.secretKey, input)
  const prk = subjectKey(suite, scope, output)
  wipe(output)
  return prk
}

/** Row number `row` of the input that `prk` belongs to, under a fresh salt. */
export function sealInputRow(
  sealer: RowSealer,
  prk: Uint8Array,
  row: number,
  payload: Uint8Array,
  random: RandomSource,
): SealedRow {
  const { suite, version } = sealer
  const salt = random.bytes(SALT_BYTES)
  const encryptionKey = rowKey(suite, prk, row, salt)
  const sealed = sealRow(sealer, encryptionKey, { tag: rowTag(suite, prk, row), version, salt }, payload)
  wipe(encryptionKey)
  return sealed
}
