import { fail } from '@mixun/core/errors'
import type { Ledger } from '@mixun/ledger-adapter/ledger'
import { AUDIT_OPENING_PARAMETERS, AUDIT_OPENING_PROTOCOL, receiveOpening } from '@mixun/sdk/audit'
import type { Home } from '@mixun/sdk/home'
import { keepOpening } from '../association/audit-openings.ts'
import type { Service } from './services.ts'
import type { LedgerView } from './view.ts'

/** Longest opening, in milliseconds: a scanned document over a slow line. */
const MAX_OPENING_MS = 600_000

/** Openings of drawn inquiries, at the association or a regulator. */
export function auditOpeningService(home: Home, view: LedgerView, ledger: Ledger): Service {
  return {
    protocol: AUDIT_OPENING_PROTOCOL,
    parameters: [AUDIT_OPENING_PARAMETERS],
    maxSessionMs: MAX_OPENING_MS,
    admit: async hello => async session => {
      await view.refresh()
      const received = await receiveOpening(session, view.registry)
      if (received.signed.inquirer !== hello.sender)
        fail('ERR_VERIFY_SIGNATURE', 'expected an opening of the sender')
      await keepOpening(home, view.registry, ledger, received)
      await session.send(Uint8Array.of(1))
    },
  }
}
