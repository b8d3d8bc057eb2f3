import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import type { TableCommitment } from './commitment.ts'
import { TAG_BYTES } from './params.ts'

/** The fields of a commitment that enter keys and associated data. */
export type KeyScope = Pick<TableCommitment, 'provider' | 'class' | 'epoch' | 'publicKey'>

/**
 * `prk = HKDF-Extract("mixun-row" ‖ provider ‖ class ‖ epoch ‖ pk, y)`: the scope is the public salt, each field behind
 * its 2-byte length and the epoch in 8 bytes; y, the OPRF output, is the secret input. Secret, 32 bytes.
 */
export function subjectKey(suite: Suite, scope: KeyScope, output: Uint8Array): Uint8Array {
  const salt = tableScope(scope).bytes16(scope.publicKey).finish()
  return suite.hkdfExtract(salt, output)
}

/** `tag = Expand(prk, "tag" ‖ i)`, 32 bytes; i in one byte. Public in the table, secret before it is found there. */
export function rowTag(suite: Suite, prk: Uint8Array, row: number): Uint8Array {
  return suite.hkdfExpand(prk, concat(utf8('tag'), i2osp(row, 1)), TAG_BYTES)
}

/** `key = Expand(prk, "key" ‖ i ‖ σ)`: encrypts one version of one row, once. Secret. */
export function rowKey(suite: Suite, prk: Uint8Array, row: number, salt: Uint8Array): Uint8Array {
  return suite.hkdfExpand(prk, concat(utf8('key'), i2osp(row, 1), salt), suite.aeadKeyBytes)
}

/** Associated data of a row: scope, the version of the root it was sealed for, tag, σ. */
export function rowAssociatedData(
  scope: KeyScope,
  { version, tag, salt }: { readonly version: number; readonly tag: Uint8Array; readonly salt: Uint8Array },
): Uint8Array {
  return tableScope(scope).uint64(version).raw(tag).raw(salt).finish()
}

function tableScope(scope: KeyScope): Writer {
  return new Writer()
    .bytes16(utf8('mixun-row'))
    .bytes16(utf8(scope.provider))
    .bytes16(utf8(scope.class))
    .uint64(scope.epoch)
}
