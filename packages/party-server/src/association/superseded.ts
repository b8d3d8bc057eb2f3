import { signEntry } from '@mixun/ledger-adapter/ledger'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { certificateOverlapHours, type Home } from '@mixun/sdk/home'

const HOUR_MS = 3_600_000

/**
 * Revokes the certificates in whose place another came so long ago that the member had time to go over to it
 * (`limits.certificateOverlapHours`): as the association, whose daemon does it by itself.
 *
 * @returns the parties whose old certificates were revoked
 */
export async function revokeSuperseded(home: Home, ledger: SqliteLedger, now: number): Promise<string[]> {
  const { registry } = ledger
  const superseded = registry.supersededCertificates(now - certificateOverlapHours(home.config) * HOUR_MS)
  for (const { partyId, certificateDigest } of superseded) {
    const payload = { partyId, certificateDigest, reason: 'superseded' as const }
    await ledger.append(signEntry(home.identity, registry.anchor, 'certificate-revoked', payload))
  }
  return superseded.map(({ partyId }) => partyId)
}
