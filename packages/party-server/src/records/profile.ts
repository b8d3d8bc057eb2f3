import { parse } from 'smol-toml'
import { z } from 'zod'
import { ID_TYPES, RECORD_KINDS, RECORD_STATUSES, type RecordStatus, type KindCode } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { AMOUNT_UNITS, type AmountRules, DATE_FORMATS, normaliseCell } from './normalise.ts'

/** New customers; existing ones, 存量, who signed before the consortium began. */
export type Cohort = 'new' | 'existing'

const FIELDS = [
  'idType',
  'idNumber',
  'kind',
  'occurredOn',
  'amount',
  'status',
  'curedOn',
  'basis',
  'cohort',
  'visibility',
] as const

/** What a column of an export can feed. */
export type ProfileField = (typeof FIELDS)[number]

const NEVER_DEFAULTED = ['idNumber', 'kind', 'occurredOn'] as const
const COLUMN_OR_DEFAULT = ['idType', 'status', 'basis', 'cohort'] as const

const unit = z.enum(AMOUNT_UNITS)
const idType = z.enum(ID_TYPES)
const kind = z.enum(RECORD_KINDS.map(({ code }) => code) as [KindCode, ...KindCode[]])
const status = z.enum(RECORD_STATUSES as readonly [RecordStatus, ...RecordStatus[]])
const cohort = z.enum(['new', 'existing'])
const codes = <T extends z.ZodType>(values: T) => z.record(z.string(), values).default({})

const schema = z.strictObject({
  encoding: z.enum(['utf-8', 'gb18030']),
  /** Whether the file may start with U+FEFF. */
  byteOrderMark: z.boolean(),
  /** A full export lists every record there is: one that the next full export leaves out is published no more. */
  export: z.enum(['full', 'partial']).default('partial'),
  separator: z.string().regex(/^[^"\r\n]$/),
  dateFormats: z.array(z.enum(DATE_FORMATS)).min(1),
  /** Source column → field. Every column of the file is listed. */
  columns: z.record(z.string().min(1), z.enum([...FIELDS, 'ignored'])),
  /** Cell value → meaning, for the columns that hold codes. */
  codes: z
    .strictObject({
      idType: codes(idType),
      kind: codes(kind),
      status: codes(status),
      cohort: codes(cohort),
      visibility: codes(z.enum(['public', 'members'])),
    })
    .prefault({}),
  amount: z
    .strictObject({
      unit,
      thousandsSeparator: z.string().regex(/^[^\d.]?$/),
      suffixes: z.record(z.string().min(1), unit),
    })
    .optional(),
  /** Values of fields that no column feeds. */
  defaults: z
    .strictObject({
      idType: idType.optional(),
      status: status.optional(),
      basis: z.string().min(1).max(64).optional(),
      cohort: cohort.optional(),
    })
    .prefault({}),
})

type Parsed = z.infer<typeof schema>
type CodeField = keyof Parsed['codes']

/** How one firm's export becomes records: encoding, columns, code values. Data, written in TOML. */
export interface ImportProfile extends Omit<Parsed, 'columns' | 'codes' | 'amount'> {
  readonly name: string
  readonly columns: ReadonlyMap<string, ProfileField | 'ignored'>
  readonly codes: { readonly [F in CodeField]: ReadonlyMap<string, Parsed['codes'][F][string]> }
  /** Null when no column holds amounts. */
  readonly amount: AmountRules | null
}

/**
 * Reads a profile. `name` is how summaries call it.
 *
 * @throws ERR_IMPORT_PROFILE naming every wrong, missing, unknown or contradictory setting
 */
export function parseProfile(name: string, toml: string): ImportProfile {
  const result = schema.safeParse(readToml(name, toml))
  if (!result.success) {
    const issues = result.error.issues.map(issue => `${issue.path.join('.') || 'profile'}: ${issue.message}`)
    return fail('ERR_IMPORT_PROFILE', `profile ${name}: ${issues.join('; ')}`)
  }
  const problems = contradictions(result.data)
  if (problems.length > 0) fail('ERR_IMPORT_PROFILE', `profile ${name}: ${problems.join('; ')}`)
  const { idType, kind, status, cohort, visibility } = result.data.codes
  const { amount } = result.data
  return {
    ...result.data,
    name,
    columns: new Map(Object.entries(result.data.columns)),
    codes: {
      idType: byCell(idType),
      kind: byCell(kind),
      status: byCell(status),
      cohort: byCell(cohort),
      visibility: byCell(visibility),
    },
    amount: amount ? { ...amount, suffixes: byCell(amount.suffixes) } : null,
  }
}

function contradictions(profile: Parsed): string[] {
  const problems: string[] = []
  const fed = Object.values(profile.columns).filter(field => field !== 'ignored')
  for (const field of new Set(fed)) {
    if (fed.filter(other => other === field).length > 1) problems.push(`columns: two columns feed ${field}`)
    if (Object.hasOwn(profile.defaults, field)) problems.push(`defaults.${field}: a column feeds this field`)
  }
  for (const field of NEVER_DEFAULTED) {
    if (!fed.includes(field)) problems.push(`columns: no column feeds ${field}`)
  }
  for (const field of COLUMN_OR_DEFAULT) {
    if (!fed.includes(field) && profile.defaults[field] === undefined) {
      problems.push(`columns: no column feeds ${field} and defaults.${field} is not set`)
    }
  }
  for (const [field, table] of Object.entries(profile.codes)) {
    const used = fed.includes(field as CodeField)
    if (used !== Object.keys(table).length > 0) {
      problems.push(
        `codes.${field}: ${used ? 'expected the values of its column' : 'no column feeds this field'}`,
      )
    }
  }
  if (fed.includes('amount') !== (profile.amount !== undefined)) {
    problems.push('amount: expected exactly when a column feeds it')
  }
  return problems
}

const byCell = <V>(table: Readonly<Record<string, V>>): ReadonlyMap<string, V> =>
  new Map(Object.entries(table).map(([cell, meaning]) => [normaliseCell(cell), meaning]))

function readToml(name: string, toml: string): unknown {
  try {
    return parse(toml)
  } catch (cause) {
    return fail('ERR_IMPORT_PROFILE', `profile ${name}: expected TOML`, { cause })
  }
}
