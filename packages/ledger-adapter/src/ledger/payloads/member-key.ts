import { binary, partyId, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

/** What a key of a member is for: to sign, or for others to seal to. */
export const KEY_USES = ['signing', 'sealing'] as const

/** What a key of a member is for. */
export type KeyUse = (typeof KEY_USES)[number]

/** A member's change of its own key, from the next entry on; authored with the signing key it had before. */
export const memberKeyCodec = recordCodec(
  'member-key entry',
  z.strictObject({
    partyId,
    use: z.enum(KEY_USES),
    publicKey: binary(32, 33),
    /** Proof of possession: a signature of the new signing key, or `DecryptionKey.prove` of the new decryption key. */
    proof: binary(64),
  }),
  256,
)
