import { uint } from '@mixun/core/codec'
import { z } from 'zod'
import type { PointsBalance } from '../points/journal.ts'

const schema = z.record(
  z.string(),
  z.strictObject({ available: uint(), reserved: uint(), spent: uint(), earned: uint() }),
)

/** Balances as one text, parties in order: equal balances have equal texts. */
export function encodeBalances(balances: ReadonlyMap<string, PointsBalance>): string {
  const parties = [...balances.keys()].toSorted()
  return JSON.stringify(
    Object.fromEntries(
      parties.map(party => {
        const { available, reserved, spent, earned } = balances.get(party) as PointsBalance
        return [party, { available, reserved, spent, earned }]
      }),
    ),
  )
}

/** @throws SyntaxError, ZodError for anything else than {@link encodeBalances} makes */
export function parseBalances(text: string): [string, PointsBalance][] {
  return Object.entries(schema.parse(JSON.parse(text)))
}
