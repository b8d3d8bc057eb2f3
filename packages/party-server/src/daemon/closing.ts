import { fail } from '@mixun/core/errors'
import { closingOpening } from '@mixun/ledger-adapter/points'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { CLOSING_PARAMETERS, CLOSING_PROTOCOL, closingOpeningCodec } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { closingBlindings } from '../association/close-points.ts'
import type { Service } from './services.ts'

/** Longest answer, in milliseconds: one frame. */
const MAX_SESSION_MS = 10_000

/** Tells each firm the opening of its own line of the newest closing, and no other. At the association. */
export function closingService(home: Home, ledger: SqliteLedger): Service {
  return {
    protocol: CLOSING_PROTOCOL,
    parameters: [CLOSING_PARAMETERS],
    maxSessionMs: MAX_SESSION_MS,
    admit: async ({ sender }) => {
      const closing = ledger.registry.lastClosing
      if (closing === null || !closing.balances.some(({ partyId }) => partyId === sender)) {
        return fail('ERR_TABLE_UNAVAILABLE', `no closing of a points period names ${sender}`)
      }
      const { suite } = home.identity
      const held = ledger.heldAt(sender, closing.index)
      const opening = closingOpening(suite.id, closing.period, sender, held, closingBlindings(home))
      return session => session.send(closingOpeningCodec.encode(opening))
    },
  }
}
