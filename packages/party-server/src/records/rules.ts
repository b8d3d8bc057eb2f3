import { toHex, utf8 } from '@mixun/core/bytes'
import {
  DefaultRecord,
  type IsoDate,
  kindByCode,
  type SourceOpening,
  saltedSourceDigest,
  Subject,
} from '@mixun/core/domain'
import { MixunError } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import type { PolicyView } from '@mixun/ledger-adapter/ledger'
import { sharesExistingCustomers } from '@mixun/ledger-adapter/policy'
import { ImportedRecord } from './imported-record.ts'
import { normaliseCell, parseAmountCell, parseDateCell } from './normalise.ts'
import type { ImportProfile, ProfileField } from './profile.ts'
import { readBasis } from './sharing-basis.ts'
import { sourceDigest } from './source-digest.ts'
import type { SourceRow } from './source-row.ts'

/** Why a row is not imported, in the order in which the rules apply; the first that applies is the reason. */
export const REJECT_REASONS = [
  'id-format',
  'id-check',
  'kind',
  'date',
  'date-future',
  'amount',
  'status',
  'no-basis',
  'cohort',
  'duplicate',
] as const

export type RejectReason = (typeof REJECT_REASONS)[number]

/** The consortium's rules that an import goes by. */
export type ImportPolicy = Pick<PolicyView, 'sharing' | 'calendar'> & {
  readonly kinds: Pick<PolicyView['kinds'], 'has'>
}

export interface RowContext {
  /** The day as of which dates are judged. */
  readonly asOf: IsoDate
  /** Party id of the importing firm. */
  readonly reporter: string
  readonly suite: Suite
  readonly policy: ImportPolicy
  /** Salt of a source digest, 32 bytes: secret, and the same whenever the same row is exported again. */
  readonly saltOf: (sourceDigest: Uint8Array) => Uint8Array
  /** Keys of the rows accepted so far in this file; an accepted row adds its own. Holds digests only. */
  readonly seen: Set<string>
}

interface Rejected {
  readonly rejected: RejectReason
  readonly field: ProfileField
}

export type RowOutcome = { readonly accepted: ImportedRecord } | Rejected

/**
 * Judges one row by all rules in the order of {@link REJECT_REASONS}. Only policy and form are judged here; whether an
 * accepted record is published is `isPublished`.
 */
export function evaluateRow(profile: ImportProfile, row: SourceRow, context: RowContext): RowOutcome {
  const subject = readSubject(profile, row)
  if (!(subject instanceof Subject)) return subject
  const kind = meaning(profile, row, 'kind')
  if (kind === undefined || !context.policy.kinds.has(kind)) return reject('kind', 'kind')
  if (!visibilityAgrees(profile, row, kindByCode(kind).public)) return reject('kind', 'visibility')

  const occurredOn = parseDateCell(cell(row, 'occurredOn'), profile.dateFormats)
  if (occurredOn === null) return reject('date', 'occurredOn')
  const curedOn = parseDateCell(cell(row, 'curedOn'), profile.dateFormats)
  if (curedOn === null && cell(row, 'curedOn') !== '') return reject('date', 'curedOn')
  if (occurredOn > context.asOf) return reject('date-future', 'occurredOn')
  if (curedOn !== null && curedOn > context.asOf) return reject('date-future', 'curedOn')

  const amount = profile.amount ? parseAmountCell(cell(row, 'amount'), profile.amount) : { fen: null }
  if (amount === null) return reject('amount', 'amount')
  const status = meaning(profile, row, 'status')
  if (status === undefined) return reject('status', 'status')
  // The day of cure decides how long the record is published.
  if (status === 'cured' && curedOn === null) return reject('status', 'curedOn')
  const { suite, reporter } = context
  const { sharing } = context.policy
  const number = profile.defaults.basis ?? cell(row, 'basis')
  const basis = readBasis(suite, sharing, reporter, kindByCode(kind).class, number)
  if (basis === null) return reject('no-basis', 'basis')
  const cohort = meaning(profile, row, 'cohort')
  const isEnabled =
    cohort === 'new' || (cohort === 'existing' && sharesExistingCustomers(sharing, context.asOf))
  if (cohort === undefined || !isEnabled) return reject('cohort', 'cohort')

  const key = utf8(`${subject.reveal()}|${subject.idType}|${kind}|${occurredOn}|${amount.fen}`)
  const digest = toHex(context.suite.hash(key).subarray(0, 16))
  if (context.seen.has(digest)) return reject('duplicate', 'idNumber')
  context.seen.add(digest)
  const source = sourceOf(context, sourceDigest(context.suite, row, number))
  const record = DefaultRecord.of({
    kind,
    occurredOn,
    amountFen: amount.fen,
    status,
    // A system may leave the day of an earlier cure in a row that is open again.
    curedOn: status === 'open' ? null : curedOn,
    sourceDigest: saltedSourceDigest(context.suite, source),
    reporter: context.reporter,
  })
  return { accepted: new ImportedRecord({ subject, record, cohort, basis, source }) }
}

function sourceOf({ saltOf }: RowContext, digest: Uint8Array): SourceOpening {
  return { digest, salt: saltOf(digest) }
}

function readSubject(profile: ImportProfile, row: SourceRow): Subject | Rejected {
  const idType = meaning(profile, row, 'idType')
  if (idType === undefined) return reject('id-format', 'idType')
  try {
    return Subject.parse(idType, cell(row, 'idNumber'))
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_SUBJECT_FORMAT')
      return reject('id-format', 'idNumber')
    if (error instanceof MixunError && error.code === 'ERR_SUBJECT_CHECK_DIGIT')
      return reject('id-check', 'idNumber')
    throw error
  }
}

type CodeField = keyof ImportProfile['codes']
type Meaning<F extends CodeField> = ImportProfile['codes'][F] extends ReadonlyMap<string, infer V> ? V : never

/** What a coded cell, or else the profile's default, stands for; undefined when the cell is not in the code table. */
function meaning<F extends CodeField>(
  profile: ImportProfile,
  row: SourceRow,
  field: F,
): Meaning<F> | undefined {
  const defaults: Partial<Record<string, unknown>> = profile.defaults
  if (defaults[field] !== undefined) return defaults[field] as Meaning<F>
  return profile.codes[field].get(cell(row, field)) as Meaning<F> | undefined
}

/** A members-only list must not become public by a slip in one column, nor the other way round. */
function visibilityAgrees(profile: ImportProfile, row: SourceRow, isPublic: boolean): boolean {
  if (row.cell('visibility') === null) return true
  return meaning(profile, row, 'visibility') === (isPublic ? 'public' : 'members')
}

const cell = (row: SourceRow, field: ProfileField): string => normaliseCell(row.cell(field) ?? '')

const reject = (rejected: RejectReason, field: ProfileField): Rejected => ({ rejected, field })
