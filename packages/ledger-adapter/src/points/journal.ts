import { fail } from '@mixun/core/errors'

/**
 * What an event does: `grant` and `contribution` earn, `reserve` → `settle` | `refund` follow an inquiry, `penalty` takes
 * points for a finding.
 */
export type PointsEventKind = 'grant' | 'contribution' | 'reserve' | 'settle' | 'refund' | 'penalty'

/** One line of the points journal. Events follow from ledger entries alone and are never changed. */
export interface PointsEvent {
  /** `<entry id in hex>/<kind>`, with `/<party>` for a penalty: one entry causes at most one event of a kind and party. */
  readonly id: string
  /** `createdAt` of the entry, Unix milliseconds. */
  readonly at: number
  readonly party: string
  readonly kind: PointsEventKind
  /** Whole points, positive. */
  readonly amount: number
  /** Id of the entry that caused the event, in hex. */
  readonly reference: string
}

/** The sum of a party's events, in whole points: `earned = available + reserved + spent` always holds. */
export interface PointsBalance {
  /** What the party may still spend. */
  readonly available: number
  /** Held for intents whose outcome is not on record yet. */
  readonly reserved: number
  /** On inquiries and penalties. */
  readonly spent: number
  /** Everything ever granted or credited. */
  readonly earned: number
}

/** The balance before the first event. */
export const ZERO_BALANCE: PointsBalance = Object.freeze({ available: 0, reserved: 0, spent: 0, earned: 0 })

/** One step of the fold that makes a balance. @throws ERR_INPUT_RANGE when a part would become negative */
export function applyPointsEvent(balance: PointsBalance, event: PointsEvent): PointsBalance {
  const { available, reserved, spent, earned } = balance
  const { amount } = event
  let next: PointsBalance
  switch (event.kind) {
    case 'grant':
    case 'contribution':
      next = { available: available + amount, reserved, spent, earned: earned + amount }
      break
    case 'reserve':
      next = { available: available - amount, reserved: reserved + amount, spent, earned }
      break
    case 'settle':
      next = { available, reserved: reserved - amount, spent: spent + amount, earned }
      break
    case 'penalty':
      next = { available: available - amount, reserved, spent: spent + amount, earned }
      break
    case 'refund':
      next = { available: available + amount, reserved: reserved - amount, spent, earned }
      break
  }
  if (!(amount > 0) || next.available < 0 || next.reserved < 0 || !Number.isSafeInteger(next.earned)) {
    fail('ERR_INPUT_RANGE', `event ${event.id} does not fit the balance of ${event.party}`)
  }
  return next
}

/** The balance of `party` after `events`, in their order. */
export function foldBalance(events: Iterable<PointsEvent>, party: string): PointsBalance {
  let balance = ZERO_BALANCE
  for (const event of events) if (event.party === party) balance = applyPointsEvent(balance, event)
  return balance
}
