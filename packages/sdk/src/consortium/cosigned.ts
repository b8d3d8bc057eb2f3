import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '@mixun/core/errors'
import type { JointIntentPayload, Registry } from '@mixun/ledger-adapter/ledger'
import { DEFAULT_COSIGNATURES } from '@mixun/ledger-adapter/sqlite'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import type { Consortium } from './consortium.ts'

/** How often the ledger is asked while other members' daemons have yet to cosign a new table, in milliseconds. */
const POLL_MS = 200

/** A table that is about to be asked, and the entry that commits to it. */
export interface CommittedTable {
  readonly provider: string
  /** Its class, or the data set of a joint table. */
  readonly class: string
  /** Its epoch, or the version of a joint table. */
  readonly epoch: number
  /** Of the entry on the ledger. */
  readonly index: number
}

/** Sealed tables with the entries of their versions. */
export function committedTables(registry: Registry, tables: readonly TableCommitment[]): CommittedTable[] {
  return tables.map(({ provider, class: recordClass, epoch, version }) => {
    const index = registry.tableVersion(provider, recordClass, epoch, version)?.index
    return { provider, class: recordClass, epoch, index: index ?? Number.POSITIVE_INFINITY }
  })
}

/** The joint tables of a query with their entries. */
export function committedJointTables(
  registry: Registry,
  { dataset, tables }: Pick<JointIntentPayload, 'dataset' | 'tables'>,
): CommittedTable[] {
  return tables.map(table => {
    const index = registry.policy.joint.indexOf(table) ?? Number.POSITIVE_INFINITY
    return { provider: table.provider, class: dataset, epoch: table.version, index }
  })
}

/**
 * Keys and roots are used only when other members have cosigned a ledger that holds them: a table that the association
 * shows to one member alone is not asked. Neither this member nor the provider counts. Waits as long as for an answer.
 *
 * @throws ERR_TABLE_UNCOSIGNED, and what asking the ledger throws
 */
export async function requireCosigned(
  consortium: Consortium,
  tables: readonly CommittedTable[],
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + consortium.home.config.limits.answerTimeoutMs
  for (let lacking = firstLacking(consortium, tables); lacking !== null; ) {
    if (Date.now() > deadline) {
      const { provider, class: recordClass, required, found } = lacking
      fail(
        'ERR_TABLE_UNCOSIGNED',
        `${provider}, class ${recordClass}: ${found} of ${required} cosignatures`,
        {
          details: lacking,
        },
      )
    }
    await consortium.cosign()
    lacking = firstLacking(consortium, tables)
    if (lacking !== null) await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal })
  }
}

/** A table that too few members stand behind. */
type Lacking = { provider: string; class: string; epoch: number; required: number; found: number }

function firstLacking(consortium: Consortium, tables: readonly CommittedTable[]): Lacking | null {
  const { mirror, home } = consortium
  const own = home.identity.partyId
  const cosigned = [...mirror.cosignedSizes()].filter(([party]) => party !== own)
  for (const { provider, class: recordClass, epoch, index } of tables) {
    const required = home.config.limits.cosignatures ?? attainable(consortium, [own, provider])
    const found = cosigned.filter(([party, size]) => party !== provider && size > index).length
    if (found < required) return { provider, class: recordClass, epoch, required, found }
  }
  return null
}

function attainable({ registry }: Consortium, excluding: readonly string[]): number {
  const others = registry
    .members()
    .filter(
      ({ partyId, role, status }) => role === 'firm' && status === 'active' && !excluding.includes(partyId),
    )
  return Math.min(DEFAULT_COSIGNATURES, others.length)
}
