import { existsSync } from 'node:fs'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import { type DefaultRecord, packRecords, type RecordClass } from '@mixun/core/domain'
import { systemRandom } from '@mixun/core/random'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import {
  type BuildInPoolOptions,
  type BuiltTable,
  buildTableInPool,
  encodeTableCommitment,
  rowPayloadBytes,
  type SealedTableParameters,
  sealedTableParametersById,
  sealedTableTasks,
  type TableCommitment,
  type TableEntry,
} from '@mixun/ot/sealed-table'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import { type Home, publishingRules, writeFileDurably } from '@mixun/sdk/home'
import type { OwnEntry } from '@mixun/sdk/store'
import type { ApprovedRecord } from '../stores/stored-record.ts'
import { bySubject } from './by-subject.ts'
import { writeBook } from './book-files.ts'
import { buildOnDisk, keyForBuild, MIN_SUBJECTS_FOR_RUNS } from './build-on-disk.ts'

/** Subjects below which the start of threads, a quarter of a second, takes longer than they save. */
export const MIN_SUBJECTS_FOR_THREADS = 2_000

export interface PublishClassOptions {
  readonly home: Home
  readonly class: RecordClass
  readonly epoch: number
  readonly records: Iterable<ApprovedRecord>
  /** Seals the rows of larger tables; was given `sealedTableTasks`. */
  readonly compute: ComputePool
  readonly onProgress?: (done: number, total: number) => void
  /** Subjects from which the table is built in runs on disk; default {@link MIN_SUBJECTS_FOR_RUNS}. */
  readonly minSubjectsForRuns?: number
}

/** A table on disk, ready to be committed to. */
export interface PublishedClass {
  readonly payload: TablePayload
  /** What each subject has in it; the firm's own copy once the payload is on the ledger, and not before. */
  readonly ownEntries: readonly OwnEntry[]
  readonly records: number
}

/**
 * Builds the sealed table of one class under a fresh key and stores key and table durably. Nothing is
 * published until the returned payload is on the ledger; what a crash before that leaves behind, the next call for the
 * same epoch destroys and makes anew, but for the runs of a large table, after which it goes on.
 */
export async function publishClass(options: PublishClassOptions): Promise<PublishedClass> {
  const { home, epoch } = options
  const { partyId: provider, suite } = home.identity
  const parameters = sealedTableParametersById(publishingRules(home.config).parameters)
  const grouped = bySubject(options.records)
  const entries: TableEntry[] = grouped.map(({ subject, records }) => ({
    input: subject.encode(),
    payloads: packSubject(records, parameters),
  }))
  const oprf = oprfSuiteOf(suite.id)
  const isOnDisk = entries.length >= (options.minSubjectsForRuns ?? MIN_SUBJECTS_FOR_RUNS)
  // One that is here was never committed to: the epoch is one above that of the ledger.
  const key = keyForBuild(home, options.class, epoch, isOnDisk)
  const isLarge = isOnDisk || entries.length >= MIN_SUBJECTS_FOR_THREADS
  const compute = isLarge ? options.compute : inlinePool({ modules: [sealedTableTasks] })
  const shared = {
    id: { provider, class: options.class, epoch },
    suite,
    oprf,
    parameters,
    key,
    random: systemRandom,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  }
  const { commitment } = isOnDisk
    ? await buildOnDisk(home, options.class, compute, { ...shared, entries: () => entries })
    : await buildInMemory(home, options.class, compute, { ...shared, entries })
  const isDistributed = !publishingRules(home.config).withheld.includes(options.class)
  const records = grouped.reduce((sum, { records }) => sum + records.length, 0)
  const ownEntries = entries.map(({ input, payloads }) => ({ subject: input, payloads }))
  return { payload: tablePayload(commitment, isDistributed), ownEntries, records }
}

async function buildInMemory(
  home: Home,
  recordClass: RecordClass,
  compute: ComputePool,
  options: BuildInPoolOptions,
): Promise<BuiltTable> {
  const { provider, epoch } = options.id
  const built = await buildTableInPool(compute, options)
  writeBook(home, recordClass, epoch, built.commitment.version, built.book)
  writeFileDurably(home.paths.table(provider, recordClass, epoch), built.table.encode())
  return built
}

/** The payloads of a subject's rows. @throws ERR_RECORD_OVERFLOW */
export function packSubject(
  records: readonly DefaultRecord[],
  parameters: SealedTableParameters,
): Uint8Array[] {
  return packRecords(records, rowPayloadBytes(parameters), parameters.rowsPerSubject)
}

/** The ledger payload of a commitment. */
export function tablePayload(commitment: TableCommitment, isDistributed: boolean): TablePayload {
  const { suite: _suite, ...fields } = commitment
  return {
    ...fields,
    isDistributed,
    class: commitment.class as RecordClass,
    commitment: encodeTableCommitment(commitment),
  }
}

/** Whether this home holds key and table of an epoch. */
export function holdsEpoch(home: Home, recordClass: RecordClass, epoch: number): boolean {
  return (
    home.keys.hasOprfKey(recordClass, epoch) &&
    existsSync(home.paths.table(home.identity.partyId, recordClass, epoch))
  )
}
