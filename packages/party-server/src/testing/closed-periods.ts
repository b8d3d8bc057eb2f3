import type { Home } from '@mixun/sdk/home'
import { openAssociationLedger } from '../association/ledger.ts'

/** The points periods that are closed on an association's ledger, in its order. */
export async function closedPeriods(home: Home): Promise<string[]> {
  const ledger = openAssociationLedger(home)
  try {
    const stored = await ledger.entries(0, 1_000)
    return stored.flatMap(({ entry }) => {
      const read = ledger.registry.read(entry)
      return read.kind === 'points-closed' ? [read.payload.period] : []
    })
  } finally {
    await ledger.close()
  }
}
