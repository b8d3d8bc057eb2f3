import { binary, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

/** Why a consent ends before its time. */
export const WITHDRAWAL_REASONS = ['subject-withdrew', 'superseded', 'registered-in-error'] as const

/** Why a consent ended early. */
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number]

/** Most intents that one entry ends; a consent with more takes several. */
export const MAX_ENDED_INTENTS = 4_096

/** Ids of intents that nobody answers any more. */
export const endedIntents = z.array(binary(16)).max(MAX_ENDED_INTENTS)

/** Ends a consent for good; authored by the inquirer that registered it. Those after the first end what it left over. */
export const consentWithdrawnCodec = recordCodec(
  'consent-withdrawn entry',
  z.strictObject({
    consentId: binary(16),
    reason: z.enum(WITHDRAWAL_REASONS),
    /** The intents under the consent that may still be asked, in the order of the ledger: all, or the first 4,096. */
    intents: endedIntents,
  }),
  18 * MAX_ENDED_INTENTS + 256,
)
