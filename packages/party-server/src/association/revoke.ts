import { fromHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type RevocationReason, signEntry } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { openAssociationLedger } from './ledger.ts'

/**
 * Revokes a transport certificate of a member: every door refuses it as soon as it has the entry, within a second or so.
 *
 * @param fingerprint SHA-256 of the certificate in hexadecimal, with or without colons; the one on record without it
 * @returns index of the entry
 * @throws ERR_LEDGER_MEMBER, ERR_CERTIFICATE_REVOKED, ERR_INPUT_LENGTH, ERR_HOME_ROLE
 */
export async function revokeCertificate(
  home: Home,
  partyId: string,
  reason: RevocationReason,
  fingerprint?: string,
): Promise<number> {
  const ledger = openAssociationLedger(home)
  try {
    const recorded = ledger.registry.member(partyId)?.certificateDigest
    const certificateDigest = fingerprint === undefined ? recorded : parseFingerprint(fingerprint)
    if (certificateDigest == null) return fail('ERR_LEDGER_MEMBER', `${partyId} is not a member`)
    const payload = { partyId, certificateDigest, reason }
    const { anchor } = ledger.registry
    const { receipt } = await ledger.append(signEntry(home.identity, anchor, 'certificate-revoked', payload))
    return receipt.index
  } finally {
    await ledger.close()
  }
}

function parseFingerprint(text: string): Uint8Array {
  const hex = text.replaceAll(':', '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(hex))
    fail('ERR_INPUT_LENGTH', 'expected a SHA-256 fingerprint of 64 hexadecimal digits')
  return fromHex(hex)
}
