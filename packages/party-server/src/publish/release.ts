import type { RecordClass } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import { type Registry, signEntry, type TablePayload } from '@mixun/ledger-adapter/ledger'
import { makeIndexedDelta, sealedTableParametersById, TableBook } from '@mixun/ot/sealed-table'
import { writeRowIndex } from '@mixun/ot/table-files'
import { type Home, publishingRules, writeFileDurably } from '@mixun/sdk/home'
import type { OwnRecords } from '@mixun/sdk/store'
import { type LedgerAccess, openLedgerAccess } from '../ledger/access.ts'
import type { Batches } from '../stores/batches.ts'
import { openBatches, openOwnRecords } from '../stores/open.ts'
import { writeBook } from './book-files.ts'
import { pendingChanges } from './changes.ts'
import { encodeStoredDelta, readStoredDelta } from './delta-file.ts'
import { lockPublishing } from './lock.ts'
import { publishedClasses } from './publish.ts'
import { tablePayload } from './publish-class.ts'
import { compact, indexFile, readPublishedTable } from './published-table.ts'
import { publicationDay, sourceOf, sourceRecords } from './source-records.ts'

/** What one class of a release came to. It stays in the house: how much changed does not show outside. */
export interface ReleaseLine {
  readonly class: RecordClass
  readonly epoch: number
  readonly version: number
  readonly rows: number
  /** Subjects whose rows changed; null for a delta that an earlier run had made and not brought onto the ledger. */
  readonly changes: number | null
  /** Changes that wait for the next delta. */
  readonly deferred: number
  /** Subjects whose records do not fit their rows; they keep what they had. */
  readonly unfit: number
  readonly ledgerIndex: number
}

export interface ReleaseOptions {
  /** Makes a delta of every table although the clock has not struck; the caller has put the decision on record. */
  readonly urgent?: boolean
  readonly now?: () => number
}

/**
 * Makes the next delta of every table of this party whose tick has come, whether anything changed or not. Each version
 * has one delta for ever: it is durable before its commitment goes to the ledger, and one that a crash kept from the
 * ledger is brought there instead of being made anew.
 *
 * @throws ERR_PUBLISH_BUSY, ERR_RELEASE_EARLY when no table is due, ERR_TABLE_UNAVAILABLE when a file is missing,
 * ERR_VERIFY_ROOT, ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function release(home: Home, options: ReleaseOptions = {}): Promise<ReleaseLine[]> {
  const { urgent = false, now = Date.now } = options
  using _lock = lockPublishing(home)
  using batches = openBatches(home)
  using ownRecords = openOwnRecords(home)
  await using access = await openLedgerAccess(home)
  const due = publishedTables(home, access.registry).filter(
    table => urgent || isDue(home, access.registry, table, now()),
  )
  if (due.length === 0) {
    return fail('ERR_RELEASE_EARLY', 'no table of this party has a delta due')
  }
  const lines: ReleaseLine[] = []
  for (const table of due) lines.push(await releaseTable({ home, access, batches, ownRecords }, table, now()))
  return lines
}

/** Whether a table of this party has a delta due by the clock. */
export function releaseIsDue(home: Home, registry: Registry, now: number): boolean {
  if (publishingRules(home.config).deltaEveryMinutes === 0) return false
  return publishedTables(home, registry).some(table => isDue(home, registry, table, now))
}

function publishedTables(home: Home, registry: Registry): TablePayload[] {
  const { partyId } = home.identity
  return publishedClasses(home).flatMap(name => registry.currentTable(partyId, name) ?? [])
}

/** The clock strikes at multiples of its period since 1970, for every table of every party alike. */
function isDue(home: Home, registry: Registry, table: TablePayload, now: number): boolean {
  const { provider, class: className, epoch } = table
  const last = registry.tableVersion(provider, className, epoch)?.createdAt ?? 0
  const period = publishingRules(home.config).deltaEveryMinutes * 60_000
  return period === 0 || Math.floor(now / period) > Math.floor(last / period)
}

interface ReleaseParts {
  readonly home: Home
  readonly access: LedgerAccess
  readonly batches: Batches
  readonly ownRecords: OwnRecords
}

async function releaseTable(parts: ReleaseParts, before: TablePayload, now: number): Promise<ReleaseLine> {
  const { home, access } = parts
  const { provider, class: className, epoch } = before
  const version = before.version + 1
  const left = readStoredDelta(home.paths.delta(provider, className, epoch, version))
  const made =
    left === undefined
      ? makeNext(parts, before, now)
      : { commitment: left.commitment, changes: null, deferred: 0, unfit: 0 }
  const payload = tablePayload(made.commitment, before.isDistributed)
  const entry = signEntry(home.identity, access.registry.anchor, 'table', payload)
  const { receipt } = await access.ledger.append(entry)
  await compact(home, access.registry, before)
  const { changes, deferred, unfit } = made
  const rows = payload.rowCount
  return { class: className, epoch, version, rows, changes, deferred, unfit, ledgerIndex: receipt.index }
}

/** Makes a delta and stores it after its book: its presence is what makes it the delta of its version. */
function makeNext({ home, access, batches, ownRecords }: ReleaseParts, before: TablePayload, now: number) {
  const { provider, class: className, epoch } = before
  const day = publicationDay(access.registry.policy.sharing, now)
  const source = sourceOf(home.identity.suite, batches, day)
  const parameters = sealedTableParametersById(before.parameters)
  const { changes, unfit } =
    ownRecords.source(className) === source
      ? { changes: [], unfit: 0 }
      : pendingChanges(className, sourceRecords(batches, className, false, day), ownRecords, parameters)
  const key = home.keys.openOprfKey(className, epoch)
  const published = readPublishedTable(home, access.registry, before)
  const made = makeIndexedDelta({ ...published, key, changes, random: systemRandom })
  const { commitment, delta, deferred } = made
  writeBook(home, className, epoch, commitment.version, TableBook.of(made.inserted))
  const waiting = new Set(deferred)
  const taken = changes.filter(change => !waiting.has(change))
  // Before the delta: when it is cut off behind that, these are sealed once more, and not taken for what they were.
  ownRecords.unsettle(
    className,
    taken.map(({ input }) => input),
  )
  const file = home.paths.delta(provider, className, epoch, commitment.version)
  writeFileDurably(file, encodeStoredDelta(commitment, delta))
  ownRecords.change(
    className,
    taken.map(({ input, payloads }) => ({ subject: input, payloads })),
    deferred.length === 0 ? source : null,
  )
  // Last: it can be made anew.
  writeRowIndex(indexFile(home, commitment), published.table)
  return { commitment, changes: taken.length, deferred: deferred.length, unfit }
}
