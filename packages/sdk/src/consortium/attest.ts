import { MixunError } from '@mixun/core/errors'
import type { TableName, TablePayload } from '@mixun/ledger-adapter/ledger'
import type { Consortium } from './consortium.ts'
import { TableStore } from './tables.ts'
import { commitmentOf } from './verifiers.ts'

/**
 * Tables of other members that still need this member's attestation, those of the members admitted after it first: so
 * that not all of many download one table, of which few are paid for it.
 */
export function tablesToAttest(consortium: Consortium): TablePayload[] {
  const { registry, home } = consortium
  const members = registry.members().map(({ partyId }) => partyId)
  const own = members.indexOf(home.identity.partyId)
  const distance = ({ provider }: TablePayload) =>
    (members.indexOf(provider) - own + members.length) % members.length
  return registry
    .currentTables()
    .filter(table => needsAttestation(consortium, table))
    .toSorted((a, b) => distance(a) - distance(b))
}

/** Whether a table of another member needs this member's attestation, by its mirror. */
export function needsAttestation({ registry, home }: Consortium, table: TablePayload): boolean {
  const self = home.identity.partyId
  const { provider, class: recordClass, epoch, isDistributed } = table
  if (provider === self || !isDistributed || registry.member(provider)?.status !== 'active') return false
  const attesters = registry.attesters(provider, recordClass, epoch)
  return !attesters.has(self) && attesters.size < registry.attestationsNeeded(provider)
}

/**
 * Downloads a table, verifies it under the root on record, and says so on the ledger: what a contribution is paid for.
 * Nothing of the table stays in memory.
 *
 * @returns its name; null when other members came first
 * @throws ERR_VERIFY_ROOT when the provider serves another table, ERR_TABLE_UNAVAILABLE, ERR_CHANNEL_…, ERR_LEDGER_…
 */
export async function attestTable(consortium: Consortium, table: TablePayload): Promise<TableName | null> {
  const { provider, class: recordClass, epoch, version } = table
  await new TableStore(consortium.home).get(commitmentOf(table), consortium)
  try {
    await consortium.append('table-attested', { provider, class: recordClass, epoch, version })
    return { provider, class: recordClass, epoch }
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_LEDGER_ATTESTATION') return null
    throw error
  }
}
