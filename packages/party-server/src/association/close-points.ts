import { utf8 } from '@mixun/core/bytes'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { type BlindingSource, closeEpoch, dueClosing, reportingPenalties } from '@mixun/ledger-adapter/points'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
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
 * @param period `2026-11`, `2026-Q4`, or `2026-11-21`
 * @throws ERR_LEDGER_CLOSING, ERR_HOME_ROLE, ERR_LEDGER_…
 */
export async function closePoints(
  home: Home,
  period: string,
  now: () => number = Date.now,
): Promise<Closing> {
  const ledger = openAssociationLedger(home, { now })
  try {
    return await closePeriod(home, ledger, period, now)
  } finally {
    await ledger.close()
  }
}

/**
 * Closes the oldest points period that is due, unless another process has done so meanwhile: the ledger takes each
 * closing once.
 *
 * @returns null when none is due
 * @throws ERR_LEDGER_…
 */
export async function closeDuePeriod(
  home: Home,
  ledger: SqliteLedger,
  now: () => number = Date.now,
): Promise<Closing | null> {
  const [genesis] = await ledger.entries(0, 1)
  if (genesis === undefined) return null
  const due = () => dueClosing(ledger.registry, genesis.sequencedAt, now())?.name ?? null
  const period = due()
  if (period === null) return null
  try {
    return await closePeriod(home, ledger, period, now)
  } catch (error) {
    if (due() === period) throw error
    return closeDuePeriod(home, ledger, now)
  }
}

async function closePeriod(
  home: Home,
  ledger: SqliteLedger,
  period: string,
  now: () => number,
): Promise<Closing> {
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
}
