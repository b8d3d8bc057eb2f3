import { binary, partyId, recordCodec, uint } from '@mixun/core/codec'
import { z } from 'zod'

/** Longest consistency proof: two of the longest paths. */
const MAX_PROOF_HASHES = 128

/** Head of the author's own party log, which only grows. */
export const partyLogAnchoredCodec = recordCodec(
  'party-log-anchored entry',
  z.strictObject({
    size: uint(0xffff_ffff_ffff).min(1),
    root: binary(32),
    /** RFC 9162 consistency proof from the head that was anchored before; empty at first. */
    proof: z.array(binary(32)).max(MAX_PROOF_HASHES),
  }),
  8_192,
)

/** Why a party log begins anew. */
export const LOG_RESET_REASONS = ['restored-from-backup', 'lost', 'damaged'] as const

/** Why a firm's party log begins anew. */
export type LogResetReason = (typeof LOG_RESET_REASONS)[number]

/**
 * A firm lost its party log: from here on another one counts, from the head that the firm states. What was anchored
 * before stays on the ledger. Authored by the association, asked for and signed by the firm.
 */
export const partyLogResetCodec = recordCodec(
  'party-log-reset entry',
  z.strictObject({
    partyId,
    /** Index of the entry with the newest head of the log that is lost. */
    endsIndex: uint(),
    /** Head of the log that the firm has now; 0 and the root of no entries when nothing is left. */
    size: uint(0xffff_ffff_ffff),
    root: binary(32),
    reason: z.enum(LOG_RESET_REASONS),
    /** The firm's, over all of this. */
    signature: binary(64),
  }),
  512,
)
