import { toHex } from '@mixun/core/bytes'
import { type Ledger, MAX_ENTRIES, type Registry } from '@mixun/ledger-adapter/ledger'

/** An inquiry, or joint query, that a beacon drew and that has no result yet. */
export interface DueIntent {
  readonly intentId: string
  readonly inquirer: string
  readonly index: number
  /** Unix milliseconds. */
  readonly deadline: number
  readonly isOverdue: boolean
}

/** The drawn inquiries without a result that this party can read: the association all, a firm its own and those that ask it. */
export async function dueIntents(
  registry: Registry,
  ledger: Pick<Ledger, 'entries'>,
  now: number,
): Promise<DueIntent[]> {
  const due: DueIntent[] = []
  const { audits } = registry.policy
  for (const { from, to, deadline } of audits.windows) {
    for (let next = from; next < to; ) {
      const page = await ledger.entries(next, Math.min(MAX_ENTRIES, to - next))
      if (page.length === 0) return due
      next += page.length
      for (const { index, entry } of page) {
        const intent = registry.read(entry, index)
        if (intent.kind !== 'intent' && intent.kind !== 'joint-intent') continue
        const { author: inquirer, payload } = intent
        const isDue =
          audits.drawn(registry.anchor.suite, payload.intentId, index) !== undefined &&
          audits.result(payload.intentId) === undefined
        if (isDue) {
          due.push({
            intentId: toHex(payload.intentId),
            inquirer,
            index,
            deadline,
            isOverdue: now > deadline,
          })
        }
      }
    }
  }
  return due
}
