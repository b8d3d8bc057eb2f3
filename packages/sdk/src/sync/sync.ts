import { throwIfEnded } from '@mixun/core/channel'
import { type ErrorCode, MixunError } from '@mixun/core/errors'
import type { Consortium } from '../consortium/consortium.ts'
import type { ListStore } from '../consortium/lists.ts'
import type { TableStore } from '../consortium/tables.ts'
import { commitmentOf } from '../consortium/verifiers.ts'
import { JOINT_CLASS, type JointTableStore } from '../joint/joint-tables.ts'

/** Options of `Mixun.sync`. */
export interface SyncOptions {
  /** Told of entries of the ledger, then of tables and lists: how many are done, of how many. */
  readonly onProgress?: (what: 'ledger' | 'tables', done: number, total: number) => void
  /** Ends the sync; what was fetched stays. */
  readonly signal?: AbortSignal
}

/** What a sync came to. */
export interface SyncResult {
  /** Entries of the ledger that this home has verified. */
  readonly entries: number
  /** Tables, joint tables and lists that are here and up to date. */
  readonly tables: number
  /** Those that could not be fetched, with the stable code of the reason. */
  readonly missing: readonly { readonly party: string; readonly class: string; readonly code: ErrorCode }[]
}

/** Brings the mirror of the ledger and all tables up to date. One after the other: nobody should wait for a download. */
export async function syncAll(
  parts: {
    readonly consortium: Consortium
    readonly tables: TableStore
    readonly lists: ListStore
    readonly jointTables: JointTableStore
  },
  { onProgress = () => {}, signal }: SyncOptions,
): Promise<SyncResult> {
  const { consortium } = parts
  throwIfEnded(signal)
  await consortium.sync((done, total) => onProgress('ledger', done, total))
  await consortium.cosign()
  const wanted = fetches(parts, signal)
  const missing: SyncResult['missing'][number][] = []
  for (const [i, { party, class: className, fetch }] of wanted.entries()) {
    throwIfEnded(signal)
    onProgress('tables', i, wanted.length)
    try {
      await fetch()
    } catch (error) {
      throwIfEnded(signal)
      if (!(error instanceof MixunError)) throw error
      missing.push({ party, class: className, code: error.code })
    }
  }
  onProgress('tables', wanted.length, wanted.length)
  return { entries: consortium.mirror.size, tables: wanted.length - missing.length, missing }
}

interface Fetch {
  readonly party: string
  readonly class: string
  readonly fetch: () => Promise<unknown>
}

/** What other members publish and distribute. */
function fetches(
  { consortium, tables, lists, jointTables }: Parameters<typeof syncAll>[0],
  signal: AbortSignal | undefined,
): Fetch[] {
  const { registry, home } = consortium
  const foreign = registry
    .currentTables()
    .filter(({ provider, isDistributed }) => isDistributed && provider !== home.identity.partyId)
    .filter(({ provider }) => registry.member(provider)?.status === 'active')
    .map(table => ({
      party: table.provider,
      class: table.class,
      fetch: () => tables.get(commitmentOf(table), consortium, signal),
    }))
  const joint = registry.policy.joint
    .allTables()
    .filter(({ provider }) => provider !== home.identity.partyId)
    .filter(({ provider }) => registry.member(provider)?.status === 'active')
    .map(table => ({
      party: table.provider,
      class: JOINT_CLASS,
      fetch: () => jointTables.get(table, consortium, signal),
    }))
  const published = [...foreign, ...joint]
  const list = registry.currentList(consortium.anchor.association.partyId)
  if (list === undefined) return published
  return [
    ...published,
    { party: list.provider, class: 'A', fetch: () => lists.get(list, consortium, signal) },
  ]
}
