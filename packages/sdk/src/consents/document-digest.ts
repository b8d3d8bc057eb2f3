import { utf8 } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'

/** Bytes of the salt; fresh for every consent, kept at home and shown to the auditor only. */
export const DOCUMENT_SALT_BYTES = 32

/**
 * What the ledger holds of a consent document. An authorisation is a form with a name and an identity number in it, so
 * a digest without a salt could be found by trying all numbers.
 */
export function documentDigest(suite: Suite, salt: Uint8Array, document: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-consent-document-1\0'), salt, document)
}
