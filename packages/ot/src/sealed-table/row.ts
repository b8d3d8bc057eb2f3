import { concat, i2osp, wipe } from '@mixun/core/bytes'
import { Reader } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { leafHash } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { type KeyScope, rowAssociatedData } from './key-schedule.ts'
import {
  rowPayloadBytes,
  SALT_BYTES,
  type SealedTableParameters,
  TAG_BYTES,
  VERSION_BYTES,
} from './params.ts'

/** One row as published. */
export interface SealedRow {
  /** 32 bytes. */
  readonly tag: Uint8Array
  /** Version of the root that the row was sealed for: that of the delta that brought it. */
  readonly version: number
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
  row: Omit<SealedRow, 'ciphertext'>,
  payload: Uint8Array,
): SealedRow {
  const { suite, parameters, scope } = context
  const padding = new Uint8Array(rowPayloadBytes(parameters) - payload.length)
  const plaintext = concat(i2osp(payload.length, 2), payload, padding)
  const nonce = new Uint8Array(suite.aeadNonceBytes)
  try {
    return { ...row, ciphertext: suite.seal(key, nonce, plaintext, rowAssociatedData(scope, row)) }
  } finally {
    wipe(plaintext)
  }
}

/** The payload of a row. Secret. @throws ERR_VERIFY_OPEN when it does not decrypt or is not padded as it must be */
export function unsealRow(context: RowContext, key: Uint8Array, row: SealedRow): Uint8Array {
  const { suite, parameters, scope } = context
  const nonce = new Uint8Array(suite.aeadNonceBytes)
  const plaintext = suite.open(key, nonce, row.ciphertext, rowAssociatedData(scope, row))
  try {
    const reader = new Reader(plaintext)
    const length = reader.uint16()
    const capacity = rowPayloadBytes(parameters)
    if (length > capacity) fail('ERR_VERIFY_OPEN', 'expected a payload that fits its row')
    const payload = reader.fixed(length)
    const padding = reader.fixed(capacity - length)
    reader.end()
    if (padding.some(byte => byte !== 0)) fail('ERR_VERIFY_OPEN', 'expected a row padded with zeros')
    return payload.slice()
  } finally {
    wipe(plaintext)
  }
}

/** `H(0x00 ‖ tag ‖ version ‖ σ ‖ ciphertext)`; the lengths are fixed by the parameters and must have been checked. */
export function rowLeaf(suite: Suite, row: SealedRow): Uint8Array {
  return leafHash(suite.hash, row.tag, i2osp(row.version, VERSION_BYTES), row.salt, row.ciphertext)
}

/** A row as stored and sent. */
export function joinRow({ tag, version, salt, ciphertext }: SealedRow): Uint8Array {
  return concat(tag, i2osp(version, VERSION_BYTES), salt, ciphertext)
}

/** Views into the bytes of one stored row. */
export function splitRow(bytes: Uint8Array): SealedRow {
  const saltAt = TAG_BYTES + VERSION_BYTES
  return {
    tag: bytes.subarray(0, TAG_BYTES),
    version: new Reader(bytes.subarray(TAG_BYTES, saltAt)).uint32(),
    salt: bytes.subarray(saltAt, saltAt + SALT_BYTES),
    ciphertext: bytes.subarray(saltAt + SALT_BYTES),
  }
}
