import { utf8 } from '@mixun/core/bytes'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { type BlindingSource, closeEpoch, reportingPenalties } from '@mixun/ledger-adapter/points'
import type { Home } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'
import { openAssociationLedger } from './ledger.ts'

/** Blindings follow from the association's store key, so that an opening can be told again. */
export function closingBlindings(home: Home): BlindingSource {
  const vault = openVault(home)
  return (period, partyId) => vault.index('points-blinding', utf8(period), utf8(partyId))
}

/** What a closing put on record. */
export interface Closing {
  readonly period: string
  readonly firms: number
  /** Sum of what the firms hold, in whole points. */
  readonly total: number
  /** Points taken for days that were reported late or not at all. */
  readonly penalties: number
  readonly ledgerIndex: number
}

/**
 * Closes a points period: penalties, a commitment to what each firm holds, and the opened sum, as one entry.
 *
 * @param period `2026-11`, or `2026-Q4`
 * @throws ERR_LEDGER_CLOSING, ERR_HOME_ROLE, ERR_LEDGER_…
 */
export async function closePoints(
  home: Home,
  period: string,
  now: () => number = Date.now,
): Promise<Closing> {
  const ledger = openAssociationLedger(home)
  try {
    const { identity } = home
    const blindings = closingBlindings(home)
    let closing = { period, firms: 0, total: 0, penalties: 0 }
    const { receipt } = await ledger.appendNext(state => {
      const rules = state.registry.genesis?.pointsRules
      const penalties =
        rules === undefined ? [] : reportingPenalties(rules, state, { period, at: now(), reference: '' })
      const balances = state.closingBalances(penalties)
      const { payload } = closeEpoch(identity.suite.id, period, balances, blindings)
      const taken = penalties.reduce((sum, { amount }) => sum + amount, 0)
      closing = { period, firms: balances.size, total: payload.total, penalties: taken }
      return signEntry(identity, state.registry.anchor, 'points-closed', payload, { now })
    })
    return { ...closing, ledgerIndex: receipt.index }
  } finally {
    await ledger.close()
  }
}
