import { toHex } from '@mixun/core/bytes'
import { mayBeAudited } from '@mixun/ledger-adapter/ledger'
import { answerDays } from '../home/index.ts'
import type { PurgedInquiries } from '../store/inquiries.ts'
import type { CheckParts } from './check-options.ts'

const DAY_MS = 86_400_000

/**
 * Erases answers, evaluations and cut-off inquiries that are older than `config.toml` keeps them; digests stay.
 *
 * @returns how much was erased, or, of a dry run, would be
 */
export function purgeInquiries(
  { consortium, inquiries, progress, bought }: CheckParts,
  { dryRun = false }: { readonly dryRun?: boolean },
): PurgedInquiries {
  const { home, registry } = consortium
  const { suite } = home.identity
  const before = Date.now() - answerDays(home.config) * DAY_MS
  // Until it is filled in, what it was used with is needed.
  const waiting = new Set(bought.open().map(each => toHex(each.intentId)))
  const isWaiting = (intentId: Uint8Array) => waiting.has(toHex(intentId))
  // An intent that its inquirer cannot open counts as forged.
  const isOver = (intentId: Uint8Array) => {
    const index = registry.intent(intentId)?.index
    if (isWaiting(intentId)) return false
    return index === undefined || !mayBeAudited(registry, intentId, index)
  }
  const past = inquiries.askedBefore(before).filter(intentId => !isWaiting(intentId))
  if (!dryRun) for (const intentId of past) progress.forget(intentId)
  return inquiries.purge(before, { hash: suite.hash, isOver, isDryRun: dryRun })
}
