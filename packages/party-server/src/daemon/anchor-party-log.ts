import { compareBytes } from '@mixun/core/bytes'
import { chinaDateOf } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { Consortium } from '@mixun/sdk/consortium'
import type { PartyLog } from '../stores/party-log.ts'
import type { PartyLogHead } from '../stores/party-log-tree.ts'

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
  requireContinued(log, before)
  log.sync()
  const { size, root } = log.tree.head()
  const isToday = before !== undefined && chinaDateOf(before.anchoredAt) === chinaDateOf(now)
  if (isToday || size === (before?.size ?? 0)) return null
  const proof = before === undefined ? [] : log.tree.proveConsistency(before.size, size)
  await consortium.append('party-log-anchored', { size, root, proof })
  await consortium.sync()
  return size
}

/** @throws ERR_PARTY_LOG */
function requireContinued({ tree }: PartyLog, before: PartyLogHead | undefined): void {
  if (before === undefined) return
  const { size } = tree
  if (before.size > size || compareBytes(tree.headAt(before.size).root, before.root) !== 0) {
    fail('ERR_PARTY_LOG', `expected the ${before.size} entries that are anchored on the ledger`, {
      details: { anchoredSize: before.size, size },
    })
  }
}
