import { type Payloads, signEntry } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { readLogReset } from '../ledger/log-reset-request.ts'
import { openAssociationLedger } from './ledger.ts'

/**
 * Records that a firm's party log begins anew, as the firm has asked; what was anchored before stays on the ledger.
 *
 * @throws ERR_DECODE_SCHEMA, ERR_LEDGER_PARTY_LOG when the request is not about the newest head, ERR_VERIFY_SIGNATURE
 * when the firm did not sign it, ERR_HOME_ROLE
 */
export async function resetPartyLog(
  home: Home,
  request: unknown,
): Promise<{ readonly reset: Payloads['party-log-reset']; readonly ledgerIndex: number }> {
  const reset = readLogReset(request)
  const ledger = openAssociationLedger(home)
  try {
    const { anchor } = ledger.registry
    const { receipt } = await ledger.append(signEntry(home.identity, anchor, 'party-log-reset', reset))
    return { reset, ledgerIndex: receipt.index }
  } finally {
    await ledger.close()
  }
}
