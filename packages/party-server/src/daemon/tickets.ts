import type { Home } from '@mixun/sdk/home'
import type { TicketStore } from '@mixun/sdk/store'
import { serveTicket, TICKETS_PARAMETERS, TICKETS_PROTOCOL } from '@mixun/sdk/tickets'
import type { Service } from './services.ts'
import type { LedgerView } from './view.ts'

/** Longest exchange, in milliseconds: two frames. */
const MAX_TICKET_MS = 60_000

/** Takes in tickets that are addressed to this party, and hands out its answers. */
export function ticketsService(home: Home, view: LedgerView, store: TicketStore): Service {
  const { partyId } = home.identity
  const registry = async () => {
    await view.refresh()
    return view.registry
  }
  return {
    protocol: TICKETS_PROTOCOL,
    parameters: [TICKETS_PARAMETERS],
    maxSessionMs: MAX_TICKET_MS,
    admit: async () => session => serveTicket(session, partyId, registry, store),
  }
}
