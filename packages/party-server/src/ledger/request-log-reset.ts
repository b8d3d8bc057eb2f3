import { fail } from '@mixun/core/errors'
import { type LogReset, type LogResetReason, signLogReset } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { type LogResetRequest, writeLogReset } from './log-reset-request.ts'
import { PartyLog } from '../stores/party-log.ts'
import { openLedgerAccess } from './access.ts'

/** A firm's request that its log of today may count, and what that gives up. */
export interface RequestedLogReset {
  readonly request: LogResetRequest
  /** Entries that are anchored on the ledger. */
  readonly anchoredSize: number
}

/**
 * What a firm asks of the association that cannot show the party log of which the ledger has a head: that the log it
 * has now counts from here on.
 *
 * @throws ERR_LEDGER_PARTY_LOG when the log is the one that is anchored, ERR_PARTY_LOG when the file contradicts itself,
 * ERR_CHANNEL_… when the association cannot be reached
 */
export async function requestLogReset(home: Home, reason: LogResetReason): Promise<RequestedLogReset> {
  home.requireRole('firm')
  await using access = await openLedgerAccess(home)
  const { partyId, suite, signingKey } = home.identity
  const anchored = access.registry.partyLog(partyId)
  using log = new PartyLog(home.paths.partyLog, undefined, suite)
  log.verify(null)
  if (anchored === undefined || log.continues(anchored)) {
    return fail('ERR_LEDGER_PARTY_LOG', 'the party log continues what is on the ledger: nothing to reset')
  }
  log.sync()
  const reset: LogReset = { partyId, endsIndex: anchored.index, ...log.tree.head(), reason }
  const request = writeLogReset(signLogReset(access.registry.anchor, signingKey, reset))
  return { request, anchoredSize: anchored.size }
}
