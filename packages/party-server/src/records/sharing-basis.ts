import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import type { RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { isStatutory, type SharingRules } from '@mixun/ledger-adapter/policy'

/** Why a record may be shared: the investor's authorisation, by the digest of its receipt number, or a statutory rule. */
export type SharingBasis =
  | { readonly kind: 'consent'; readonly digest: Uint8Array }
  | { readonly kind: 'statutory'; readonly rule: string }

const STATUTORY = 'statutory:'
const MAX_BASIS_CHARS = 64
const CONSENT = 1
const RULE = 2

/** The basis that a cell names, or null: none, one that is too long, or a rule that does not cover the class. */
export function readBasis(
  suite: Suite,
  rules: SharingRules,
  reporter: string,
  recordClass: RecordClass,
  text: string,
): SharingBasis | null {
  if (text === '' || text.length > MAX_BASIS_CHARS) return null
  if (!text.startsWith(STATUTORY)) return { kind: 'consent', digest: consentDigest(suite, reporter, text) }
  return isStatutory(rules, text, recordClass) ? { kind: 'statutory', rule: text } : null
}

/**
 * Digest of the number of an authorisation to share, 32 bytes: by it a withdrawal finds its records. Numbers can be
 * guessed, so it stays in the firm's own sealed store.
 */
export function consentDigest(suite: Suite, reporter: string, number: string): Uint8Array {
  const framed = new Writer().bytes16(utf8('mixun-sharing-consent-1')).bytes16(utf8(reporter))
  return suite.hash(framed.bytes16(utf8(number)).finish())
}

export function writeBasis(writer: Writer, basis: SharingBasis): Writer {
  return basis.kind === 'consent'
    ? writer.uint8(CONSENT).bytes16(basis.digest)
    : writer.uint8(RULE).bytes16(utf8(basis.rule))
}

/** @throws ERR_DECODE_… */
export function takeBasis(reader: Reader): SharingBasis {
  const kind = reader.uint8()
  if (kind === CONSENT) return { kind: 'consent', digest: reader.bytes16(32) }
  if (kind === RULE) return { kind: 'statutory', rule: fromUtf8(reader.bytes16(MAX_BASIS_CHARS * 4)) }
  return fail('ERR_DECODE_SCHEMA', 'expected the sharing basis of a record')
}
