import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { type ClosingOpening, verifyClosingOpening } from '@mixun/ledger-adapter/points'
import { z } from 'zod'
import type { Consortium } from './consortium.ts'

/** Protocol by which a firm fetches the opening of its own closing balance. */
export const CLOSING_PROTOCOL = 'points-opening'
/** Parameters of {@link CLOSING_PROTOCOL}. */
export const CLOSING_PARAMETERS = 'pointsopening_1'

/** What the association tells a firm about its own line of the newest closing. */
export const closingOpeningCodec = recordCodec(
  'points opening',
  z.strictObject({ period: text(16), partyId, balance: uint(), blinding: binary(32) }),
  256,
)

/**
 * Asks the association for the opening of this firm's commitment in the newest closing, and holds it against the
 * ledger and the firm's own journal.
 *
 * @returns the opening; null before the first closing
 * @throws ERR_VERIFY_COMMITMENT when it does not fit, ERR_CHANNEL_…, ERR_PEER_REFUSED
 */
export async function checkClosing(consortium: Consortium): Promise<ClosingOpening | null> {
  const { registry, mirror, home, anchor } = consortium
  const closing = registry.lastClosing
  if (closing === null) return null
  const session = await consortium.openSession(anchor.association.partyId, {
    protocol: CLOSING_PROTOCOL,
    parameters: CLOSING_PARAMETERS,
  })
  try {
    const opening = closingOpeningCodec.decode(await session.receive())
    await session.close()
    const self = home.identity.partyId
    const own = mirror.heldAt(self, closing.index)
    verifyClosingOpening(home.identity.suite.id, closing, { ...opening, partyId: self }, own)
    return opening
  } finally {
    session.abort()
  }
}
