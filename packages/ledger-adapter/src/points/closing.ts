import { compareBytes, toHex, utf8 } from '@mixun/core/bytes'
import { pedersenOf } from '@mixun/core/commitment'
import { fail } from '@mixun/core/errors'
import type { Scalar } from '@mixun/core/group'
import type { SuiteId } from '@mixun/core/suite'
import type { PointsClosedPayload } from '../ledger/payloads.ts'
import type { PointsBalance } from './journal.ts'

const BLINDING_DST = utf8('mixun-points-blinding-1')

/** What opens the commitment to one firm's closing balance. For that firm only. */
export interface ClosingOpening {
  readonly period: string
  readonly partyId: string
  /** Whole points that the firm holds, reserved ones included. */
  readonly balance: number
  /** 32 bytes. Secret: whoever has it can try out balances. */
  readonly blinding: Uint8Array
}

/** What a firm holds at a closing: all it earned and has not spent. */
export function closingBalance({ available, reserved }: PointsBalance): number {
  return available + reserved
}

/** Draws the blinding of a firm's commitment: 32 bytes that nobody else can guess, the same ones every time. */
export type BlindingSource = (period: string, partyId: string) => Uint8Array

/**
 * Closes a points period: commits to every firm's balance and opens the sum. The net change of a firm is the difference
 * of two closings, in the clear for the firm and under the difference of its commitments for everybody else.
 *
 * @param balances closing balances by firm
 */
export function closeEpoch(
  suite: SuiteId,
  period: string,
  balances: ReadonlyMap<string, number>,
  blindings: BlindingSource,
): { payload: PointsClosedPayload; openings: ClosingOpening[] } {
  const { group, commit } = pedersenOf(suite)
  const parties = [...balances.keys()].toSorted()
  let sum: Scalar | null = null
  let total = 0
  const openings: ClosingOpening[] = []
  const committed = parties.map(partyId => {
    const balance = balances.get(partyId) as number
    const blinding = blindingOf(suite, blindings(period, partyId))
    sum = sum === null ? blinding : group.addScalars(sum, blinding)
    total += balance
    openings.push({ period, partyId, balance, blinding: group.encodeScalar(blinding) })
    return { partyId, commitment: group.encodeElement(commit(balance, blinding)) }
  })
  if (sum === null) return fail('ERR_LEDGER_CLOSING', 'expected at least one firm')
  return { payload: { period, balances: committed, total, blinding: group.encodeScalar(sum) }, openings }
}

/** The opening of one firm's line of a closing, made again from its balance at that time. */
export function closingOpening(
  suite: SuiteId,
  period: string,
  partyId: string,
  balance: number,
  blindings: BlindingSource,
): ClosingOpening {
  const blinding = pedersenOf(suite).group.encodeScalar(blindingOf(suite, blindings(period, partyId)))
  return { period, partyId, balance, blinding }
}

/** The published sum opens the sum of the commitments. @throws ERR_LEDGER_CLOSING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function checkClosingSum(suite: SuiteId, { balances, total, blinding }: PointsClosedPayload): void {
  const { group, commit } = pedersenOf(suite)
  const elements = balances.map(each => group.decodeElement(each.commitment))
  const sum = elements.reduce((a, b) => group.add(a, b))
  if (!group.equalElements(sum, commit(total, group.decodeScalar(blinding)))) {
    fail('ERR_LEDGER_CLOSING', 'expected commitments that add up to the sum that is opened')
  }
}

/**
 * A firm's check of its own line: the opening is that of its commitment, and of the balance that it computed itself.
 *
 * @param own the balance by the firm's own mirror
 * @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_SCALAR
 */
export function verifyClosingOpening(
  suite: SuiteId,
  payload: PointsClosedPayload,
  opening: ClosingOpening,
  own: number,
): void {
  const { group, commit } = pedersenOf(suite)
  const line = payload.balances.find(each => each.partyId === opening.partyId)
  const expected = group.encodeElement(commit(opening.balance, group.decodeScalar(opening.blinding)))
  const fits =
    line !== undefined &&
    opening.period === payload.period &&
    opening.balance === own &&
    compareBytes(line.commitment, expected) === 0
  if (!fits) {
    fail('ERR_VERIFY_COMMITMENT', `expected the opening of ${own} points at the end of ${payload.period}`, {
      details: {
        period: payload.period,
        own,
        opened: opening.balance,
        commitment: line === undefined ? null : toHex(line.commitment),
      },
    })
  }
}

function blindingOf(suite: SuiteId, secret: Uint8Array): Scalar {
  return pedersenOf(suite).group.hashToScalar(secret, BLINDING_DST)
}
