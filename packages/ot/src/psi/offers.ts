import { fail } from '@mixun/core/errors'
import type { Transcript } from '@mixun/core/transcript'
import { decodeOffer, encodeOffer } from './codec.ts'
import type { PsiOffer, PsiVariant } from './messages.ts'
import { MAX_PSI_ITEMS } from './params.ts'

/** What a side asks of its peer's offer. */
export interface PsiTerms {
  readonly variant: PsiVariant
  /** {@link MAX_PSI_ITEMS} by default. */
  readonly maxPeerItems?: number | undefined
}

type Role = 'sender' | 'receiver'

/** The first message of a side, absorbed into the transcript. */
export function makeOffer(transcript: Transcript, role: Role, offer: PsiOffer): Uint8Array {
  const bytes = encodeOffer(offer)
  transcript.absorb(`psi ${role}`, bytes)
  return bytes
}

/**
 * The first message of the peer, likewise.
 *
 * @param itemsOf what the count of the offer stands for, when it is more than itself
 * @throws ERR_PSI_HANDSHAKE for another version or variant and for too many items, ERR_DECODE_…
 */
export function takeOffer(
  transcript: Transcript,
  role: Role,
  bytes: Uint8Array,
  { variant, maxPeerItems = MAX_PSI_ITEMS }: PsiTerms,
  itemsOf: (count: number) => number = count => count,
): PsiOffer {
  const offer = decodeOffer(bytes)
  transcript.absorb(`psi ${role}`, bytes)
  if (offer.variant !== variant) {
    fail('ERR_PSI_HANDSHAKE', `expected a peer with variant ${variant}, found ${offer.variant}`)
  }
  const items = itemsOf(offer.count)
  if (items > maxPeerItems) {
    fail('ERR_PSI_HANDSHAKE', `expected a peer with at most ${maxPeerItems} items, found ${items}`)
  }
  return offer
}
