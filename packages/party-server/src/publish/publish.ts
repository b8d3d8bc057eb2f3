import { holdYoungGeneration, threadPool } from '@mixun/core/compute/threads'
import { chinaDateOf, type IsoDate, type RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type EntryKind, type Payloads, signEntry } from '@mixun/ledger-adapter/ledger'
import { sealedTableTasks } from '@mixun/ot/sealed-table'
import type { Home } from '@mixun/sdk/home'
import { openLedgerAccess } from '../ledger/access.ts'
import type { Batches } from '../stores/batches.ts'
import { openBatches, openOwnRecords } from '../stores/open.ts'
import { lockPublishing } from './lock.ts'
import type { PublicationLine } from './publication-line.ts'
import { publishClass } from './publish-class.ts'
import { publishList } from './publish-list.ts'
import { sourceRecords } from './source-records.ts'

/** The threads are done with a table when its rows are merged, which takes memory of its own. */
const IDLE_MS = 500

export interface PublishOptions {
  /** Told of the entries of the ledger that came in before the tables are built. */
  readonly onSync?: (done: number, total: number) => void
  readonly onProgress?: (className: RecordClass, done: number, total: number) => void
  /** Threads that build large tables; 0 for the cores of this machine. `limits.publishThreads` without it. */
  readonly threads?: number
  /** Day as of which records expire; today in China by default. */
  readonly asOf?: IsoDate
}

/**
 * Builds and commits this party's tables from its approved batches: classes B and C of a firm (empty ones too, so that
 * having nothing does not show), class A of the association, with the public penalties as a list.
 *
 * @throws ERR_PUBLISH_UNREVIEWED, ERR_PUBLISH_BUSY, ERR_COMPUTE_WORKER, ERR_LEDGER_…, ERR_CHANNEL_… when the association cannot be reached
 */
export async function publish(home: Home, options: PublishOptions = {}): Promise<PublicationLine[]> {
  home.requireRole('firm', 'association')
  using _lock = lockPublishing(home)
  using batches = openBatches(home)
  // Records are walked several times.
  using _snapshot = batches.snapshot()
  using ownRecords = openOwnRecords(home)
  requireReviewed(batches)
  await using access = await openLedgerAccess(home, options.onSync)
  const threads = options.threads ?? home.config.limits.publishThreads
  using _held = holdYoungGeneration()
  await using compute = threadPool({
    modules: [sealedTableTasks],
    idleMs: IDLE_MS,
    ...(threads === 0 ? {} : { threads }),
  })
  const append = <K extends EntryKind>(kind: K, payload: Payloads[K]) =>
    access.ledger.append(signEntry(home.identity, access.registry.anchor, kind, payload))
  const provider = home.identity.partyId
  const day = { asOf: options.asOf ?? chinaDateOf(Date.now()), rules: access.registry.policy.sharing }
  const lines: PublicationLine[] = []
  const isAssociation = home.config.party.role === 'association'
  if (isAssociation)
    lines.push(await publishList(home, sourceRecords(batches, 'A', true, day), access.registry, append))
  for (const className of publishedClasses(home)) {
    const epoch = (access.registry.currentTable(provider, className)?.epoch ?? 0) + 1
    const { payload, ownEntries, counts } = await publishClass({
      home,
      class: className,
      epoch,
      records: () => sourceRecords(batches, className, false, day),
      subjects: batches.subjectCount(className),
      compute,
      onProgress: (done, total) => options.onProgress?.(className, done, total),
    })
    const { receipt } = await append('table', payload)
    // Deltas are made from the difference to it: until then the table before is the one that members have.
    ownRecords.replace(className, ownEntries())
    const { rowCount: rows } = payload
    lines.push({
      class: className,
      kind: 'table',
      epoch,
      rows,
      ...counts,
      ledgerIndex: receipt.index,
    })
  }
  return lines
}

/** The classes that a party publishes sealed tables of. */
export function publishedClasses(home: Home): readonly RecordClass[] {
  const classes = { association: ['A'], firm: ['B', 'C'], regulator: [] } as const
  return [...classes[home.config.party.role]]
}

function requireReviewed(batches: Batches): void {
  const states = batches.all()
  const waiting = states.find(batch => batch.state === 'imported' || batch.state === 'reviewed')
  if (waiting !== undefined)
    fail('ERR_PUBLISH_UNREVIEWED', `batch ${waiting.id} is ${waiting.state}, not approved`)
  if (!states.some(batch => batch.state === 'approved')) {
    fail('ERR_PUBLISH_UNREVIEWED', 'there is no approved batch')
  }
}
