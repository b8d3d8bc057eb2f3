import { type IsoDate, kindByCode } from '@mixun/core/domain'
import type { Suite } from '@mixun/core/suite'
import { Policy } from '@mixun/ledger-adapter/policy'
import type { ImportedRecord } from './imported-record.ts'
import type { ImportProfile, ProfileField } from './profile.ts'
import { isPublished } from './publication.ts'
import { DEFAULT_ROW_LIMITS, meterFile, readRows, type RowLimits } from './read-rows.ts'
import { isLate } from './reporting-calendar.ts'
import { evaluateRow, type ImportPolicy, REJECT_REASONS, type RejectReason } from './rules.ts'

export type { ImportPolicy }

/** Where a row stands: 1 for the first row after the header, and the line of the file on which it begins. */
export interface RowPlace {
  readonly dataRow: number
  readonly line: number
}

/** One rejected row, or one that is accepted and `late`. Says where and why, never what. */
export interface Finding extends RowPlace {
  readonly field: ProfileField
  readonly reason: RejectReason | 'late'
}

export interface AcceptedRow extends RowPlace {
  readonly imported: ImportedRecord
  /** Whether the record is published as of the day of the import. */
  readonly published: boolean
}

export interface ImportOptions {
  readonly asOf: IsoDate
  /** Party id of the importing firm. */
  readonly reporter: string
  readonly suite: Suite
  /** Salt of a source digest, 32 bytes: secret, and the same whenever the same row is exported again. */
  readonly saltOf: (sourceDigest: Uint8Array) => Uint8Array
  /** The consortium's rules; the built-in ones by default. */
  readonly policy?: ImportPolicy
  /** The day on which the file is imported, for what is late; `asOf` by default. */
  readonly reportedOn?: IsoDate
  /** Whether an earlier batch reported the record: it is not late again. None by default. */
  readonly isKnown?: (imported: ImportedRecord) => boolean
  readonly onAccepted?: (accepted: AcceptedRow) => void | Promise<void>
  readonly onFinding?: (finding: Finding) => void | Promise<void>
  /** Called every {@link PROGRESS_ROWS} rows and at the end. */
  readonly onProgress?: (progress: { readonly rows: number; readonly bytes: number }) => void
  readonly limits?: Partial<RowLimits>
}

/** Totals of one import. Holds no cell of the file. */
export interface ImportSummary {
  readonly profile: string
  /** The suite's hash of the whole file, 32 bytes: tells a file that was imported before. */
  readonly fileDigest: Uint8Array
  readonly bytes: number
  readonly columns: readonly string[]
  readonly rows: number
  readonly accepted: number
  readonly published: number
  /** Accepted rows that were reported too late. */
  readonly late: number
  /** Rows by reason; every reason is there. `rows` = `accepted` + the sum of these. */
  readonly rejected: Readonly<Record<RejectReason, number>>
}

const PROGRESS_ROWS = 1_000

/**
 * Reads an export through its profile and judges every row, in file order. Memory grows by one digest an accepted row
 * (to find duplicates), otherwise it is bounded by the limits. When it throws, nothing of the file may be kept: what
 * the callbacks wrote belongs in one transaction.
 *
 * @throws ERR_IMPORT_ENCODING, ERR_IMPORT_COLUMNS, ERR_IMPORT_ROW
 */
export async function importRows(
  profile: ImportProfile,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const file = meterFile(options.suite, bytes)
  const { policy = new Policy(), reportedOn = options.asOf, isKnown = () => false } = options
  const context = { ...options, policy, seen: new Set<string>() }
  const rejected = Object.fromEntries(REJECT_REASONS.map(reason => [reason, 0])) as Record<
    RejectReason,
    number
  >
  let rows = 0
  let accepted = 0
  let published = 0
  let late = 0
  for await (const row of readRows(profile, file.bytes, { ...DEFAULT_ROW_LIMITS, ...options.limits })) {
    rows++
    const place = { dataRow: row.dataRow, line: row.line }
    const outcome = evaluateRow(profile, row, context)
    if ('rejected' in outcome) {
      rejected[outcome.rejected]++
      await options.onFinding?.({ ...place, field: outcome.field, reason: outcome.rejected })
    } else {
      const isOut = isPublished(outcome.accepted.record, options.asOf, policy.sharing)
      accepted++
      const { kind, occurredOn } = outcome.accepted.record
      if (
        isLate(policy.calendar, kindByCode(kind).wire, occurredOn, reportedOn) &&
        !isKnown(outcome.accepted)
      ) {
        late++
        await options.onFinding?.({ ...place, field: 'occurredOn', reason: 'late' })
      }
      if (isOut) published++
      await options.onAccepted?.({ ...place, imported: outcome.accepted, published: isOut })
    }
    if (rows % PROGRESS_ROWS === 0) options.onProgress?.({ rows, bytes: file.bytesRead() })
  }
  options.onProgress?.({ rows, bytes: file.bytesRead() })
  return {
    profile: profile.name,
    fileDigest: file.digest(),
    bytes: file.bytesRead(),
    columns: [...profile.columns.keys()],
    rows,
    accepted,
    published,
    late,
    rejected,
  }
}
