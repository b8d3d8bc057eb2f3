import { binary, recordCodec, uint } from '@mixun/core/codec'
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
