import { chinaDateOf } from '@mixun/core/domain'
import type { Consortium } from '@mixun/sdk/consortium'
import type { PartyLog } from '../stores/party-log.ts'

/**
 * Puts the head of the party log on the ledger, once a day in China on which it grew, with the proof that it continues
 * the head before: from then on this party cannot rewrite what it logged.
 *
 * @returns the size that was anchored; null when nothing is due
 * @throws ERR_PARTY_LOG, ERR_LEDGER_PARTY_LOG when the log lost what is anchored, ERR_CHANNEL_…
 */
export async function anchorPartyLog(
  consortium: Consortium,
  log: PartyLog,
  now: number,
): Promise<number | null> {
  const { registry, home } = consortium
  const before = registry.partyLog(home.identity.partyId)
  const { size, root } = log.tree.head()
  const isToday = before !== undefined && chinaDateOf(before.anchoredAt) === chinaDateOf(now)
  if (isToday || size === (before?.size ?? 0)) return null
  const proof = before === undefined || before.size > size ? [] : log.tree.proveConsistency(before.size, size)
  await consortium.append('party-log-anchored', { size, root, proof })
  await consortium.sync()
  return size
}
