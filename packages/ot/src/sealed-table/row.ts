import { concat, i2osp, wipe } from '@mixun/core/bytes'
import { Reader } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { leafHash } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { type KeyScope, rowAssociatedData } from './key-schedule.ts'
import { rowPayloadBytes, SALT_BYTES, type SealedTableParameters, TAG_BYTES } from './params.ts'

/** One row as published. */
export interface SealedRow {
  /** 32 bytes. */
  readonly tag: Uint8Array
  /** σ, 16 bytes. */
  readonly salt: Uint8Array
  /** `rowBytes` and the overhead of the suite's authenticated encryption. */
  readonly ciphertext: Uint8Array
}

/** What opens or seals one row. */
export interface RowContext {
  readonly suite: Suite
  readonly parameters: SealedTableParameters
  readonly scope: KeyScope
}

/** Pads and encrypts a payload. `key` is of this tag and salt only, so that the nonce can be all zero. */
export function sealRow(
  context: RowContext,
  key: Uint8Array,
  tag: Uint8Array,
  salt: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const { suite, parameters, scope } = context
  const padding = new Uint8Array(rowPayloadBytes(parameters) - payload.length)
  const plaintext = concat(i2osp(payload.length, 2), payload, padding)
  const nonce = new Uint8Array(suite.aeadNonceBytes)
  const ciphertext = suite.seal(key, nonce, plaintext, rowAssociatedData(scope, tag, salt))
  wipe(plaintext)
  return ciphertext
}

/** The payload of a row. Secret. @throws ERR_VERIFY_OPEN when it does not decrypt or is not padded as it must be */
export function unsealRow(context: RowContext, key: Uint8Array, row: SealedRow): Uint8Array {
  const { suite, parameters, scope } = context
  const nonce = new Uint8Array(suite.aeadNonceBytes)
  const plaintext = suite.open(key, nonce, row.ciphertext, rowAssociatedData(scope, row.tag, row.salt))
  const reader = new Reader(plaintext)
  const length = reader.uint16()
  const capacity = rowPayloadBytes(parameters)
  if (length > capacity) fail('ERR_VERIFY_OPEN', 'expected a payload that fits its row')
  const payload = reader.fixed(length).slice()
  const padding = reader.fixed(capacity - length)
  reader.end()
  const isPadded = padding.every(byte => byte === 0)
  wipe(plaintext)
  if (!isPadded) fail('ERR_VERIFY_OPEN', 'expected a row padded with zeros')
  return payload
}

/** `H(0x00 ‖ tag ‖ σ ‖ ciphertext)`; the lengths are fixed by the parameters and must have been checked. */
export function rowLeaf(suite: Suite, row: SealedRow): Uint8Array {
  return leafHash(suite.hash, row.tag, row.salt, row.ciphertext)
}

/** Views into the bytes of one stored row. */
export function splitRow(bytes: Uint8Array): SealedRow {
  return {
    tag: bytes.subarray(0, TAG_BYTES),
    salt: bytes.subarray(TAG_BYTES, TAG_BYTES + SALT_BYTES),
    ciphertext: bytes.subarray(TAG_BYTES + SALT_BYTES),
  }
}
