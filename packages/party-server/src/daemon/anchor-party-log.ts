import { chinaDateOf } from '@mixun/core/domain'
import type { Consortium } from '@mixun/sdk/consortium'
import type { PartyLog } from '../stores/party-log.ts'

/**
 * Puts the head of the party log on the ledger, once a day in China on which it grew, with the proof that it continues
 * the head before: from then on this party cannot rewrite what it logged. Whether the log still continues that head is
 * looked at every time, so that a log from a backup is found on the day that it is restored.
 *
 * @returns the size that was anchored; null when nothing is due
 * @throws ERR_PARTY_LOG when the log is not the one that is anchored, ERR_CHANNEL_…
 */
export async function anchorPartyLog(
  consortium: Consortium,
  log: PartyLog,
  now: number,
): Promise<number | null> {
  const { registry, home } = consortium
  const before = registry.partyLog(home.identity.partyId)
  if (before !== undefined) log.requireContinues(before)
  log.sync()
  const { size, root } = log.tree.head()
  const isToday = before !== undefined && chinaDateOf(before.anchoredAt) === chinaDateOf(now)
  if (isToday || size === (before?.size ?? 0)) return null
  const proof = before === undefined ? [] : log.tree.proveConsistency(before.size, size)
  await consortium.append('party-log-anchored', { size, root, proof })
  await consortium.sync()
  return size
}
