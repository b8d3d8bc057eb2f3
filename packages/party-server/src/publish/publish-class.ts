import { existsSync } from 'node:fs'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import { type DefaultRecord, packRecords, type RecordClass } from '@mixun/core/domain'
import { systemRandom } from '@mixun/core/random'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import {
  type BuildInPoolOptions,
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
  /** Walks the records, one subject after the other and each time the same. */
  readonly records: () => Iterable<ApprovedRecord>
  /** How many subjects they are of, at most. */
  readonly subjects: number
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
  readonly ownEntries: () => Iterable<OwnEntry>
  /** What the last walk through them counted. */
  readonly counts: { readonly subjects: number; readonly records: number }
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
  const counts = { subjects: 0, records: 0 }
  function* entries(): Generator<TableEntry, void> {
    counts.subjects = counts.records = 0
    for (const { subject, records } of bySubject(options.records())) {
      counts.subjects++
      counts.records += records.length
      yield { input: subject.encode(), payloads: packSubject(records, parameters) }
    }
  }
  function* ownEntries(): Generator<OwnEntry, void> {
    for (const { input, payloads } of entries()) yield { subject: input, payloads }
  }
  const oprf = oprfSuiteOf(suite.id)
  const isOnDisk = options.subjects >= (options.minSubjectsForRuns ?? MIN_SUBJECTS_FOR_RUNS)
  // One that is here was never committed to: the epoch is one above that of the ledger.
  const key = keyForBuild(home, options.class, epoch, isOnDisk)
  const isLarge = isOnDisk || options.subjects >= MIN_SUBJECTS_FOR_THREADS
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
  const commitment = isOnDisk
    ? await buildOnDisk(home, options.class, compute, { ...shared, entries })
    : await buildInMemory(home, options.class, compute, { ...shared, entries: entries() })
  const isDistributed = !publishingRules(home.config).withheld.includes(options.class)
  return { payload: tablePayload(commitment, isDistributed), ownEntries, counts }
}

async function buildInMemory(
  home: Home,
  recordClass: RecordClass,
  compute: ComputePool,
  options: BuildInPoolOptions,
): Promise<TableCommitment> {
  const { provider, epoch } = options.id
  const built = await buildTableInPool(compute, options)
  writeBook(home, recordClass, epoch, built.commitment.version, built.book)
  writeFileDurably(home.paths.table(provider, recordClass, epoch), built.table.encode())
  return built.commitment
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
