import { binary, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

/** Why a consent ends before its time. */
export const WITHDRAWAL_REASONS = ['subject-withdrew', 'superseded', 'registered-in-error'] as const

/** Why a consent ended early. */
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number]

/** Ends a consent for good; authored by the inquirer that registered it. */
export const consentWithdrawnCodec = recordCodec(
  'consent-withdrawn entry',
  z.strictObject({ consentId: binary(16), reason: z.enum(WITHDRAWAL_REASONS) }),
  256,
)
