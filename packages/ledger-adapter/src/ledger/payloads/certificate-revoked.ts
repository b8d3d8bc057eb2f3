import { binary, partyId, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

/** Why a transport certificate is good no more before its time. */
export const REVOCATION_REASONS = ['superseded', 'key-compromise', 'cessation'] as const

/** Why a certificate was revoked. */
export type RevocationReason = (typeof REVOCATION_REASONS)[number]

/** Ends one transport certificate of a member for good; authored by the association. */
export const certificateRevokedCodec = recordCodec(
  'certificate-revoked entry',
  z.strictObject({
    partyId,
    /** SHA-256 of the DER of the certificate: its fingerprint. */
    certificateDigest: binary(32),
    reason: z.enum(REVOCATION_REASONS),
  }),
  256,
)
