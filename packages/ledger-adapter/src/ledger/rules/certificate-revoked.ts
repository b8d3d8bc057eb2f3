import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'

/** The association revokes a certificate of a member, once. Older ones count too, which no entry names any more. */
export function checkCertificateRevoked(
  registry: RegistryView,
  { author, payload }: EntryOf<'certificate-revoked'>,
): void {
  requireAssociation(registry, author)
  const { partyId, certificateDigest } = payload
  if (registry.member(partyId) === undefined) fail('ERR_LEDGER_MEMBER', `${partyId} is not a member`)
  if (registry.isCertificateRevoked(certificateDigest)) {
    fail('ERR_CERTIFICATE_REVOKED', `certificate ${toHex(certificateDigest)} was revoked before`)
  }
}
