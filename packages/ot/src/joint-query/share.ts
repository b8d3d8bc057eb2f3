import { fail } from '@mixun/core/errors'

/** What a party adds: its share with its masks, and the sum of its check words, both mod 2^64. */
export interface JointShare {
  readonly value: bigint
  readonly check: bigint
}

/** Bytes of an encoded share. */
export const JOINT_SHARE_BYTES = 16

/** Sum of both halves mod 2^64. */
export function sumOfShares(shares: readonly JointShare[]): JointShare {
  let [value, check] = [0n, 0n]
  for (const share of shares) {
    value += share.value
    check += share.check
  }
  return { value: BigInt.asUintN(64, value), check: BigInt.asUintN(64, check) }
}

/** Value ‖ check, 8 bytes each, lowest first: what a provider hands out once the query opens. */
export function encodeJointShare({ value, check }: JointShare): Uint8Array {
  const bytes = new Uint8Array(JOINT_SHARE_BYTES)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt.asUintN(64, value), true)
  view.setBigUint64(8, BigInt.asUintN(64, check), true)
  return bytes
}

/** @throws ERR_DECODE_LENGTH */
export function decodeJointShare(bytes: Uint8Array): JointShare {
  if (bytes.length !== JOINT_SHARE_BYTES) {
    fail('ERR_DECODE_LENGTH', `expected a share of ${JOINT_SHARE_BYTES} bytes, found ${bytes.length}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { value: view.getBigUint64(0, true), check: view.getBigUint64(8, true) }
}
