import { Redacted } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { ImportProfile, ProfileField } from './profile.ts'

/** The first row of an export, checked against its profile. */
export interface Header {
  readonly columns: readonly string[]
  /** Position of the column that feeds a field. */
  readonly positions: ReadonlyMap<ProfileField, number>
}

/** One data row as decoded, nothing normalised yet. Prints redacted. */
export class SourceRow extends Redacted {
  /** 1 for the first row after the header. */
  readonly dataRow: number
  /** The line of the file on which the row begins, 1 for the first. */
  readonly line: number
  readonly columns: readonly string[]
  readonly #positions: Header['positions']
  readonly #values: readonly string[]

  constructor(header: Header, values: readonly string[], dataRow: number, line: number) {
    super('source row')
    this.dataRow = dataRow
    this.line = line
    this.columns = header.columns
    this.#positions = header.positions
    this.#values = values
  }

  /** The text of the column that feeds `field`; null when no column does. */
  cell(field: ProfileField): string | null {
    const position = this.#positions.get(field)
    return position === undefined ? null : (this.#values[position] as string)
  }

  /** All cells in the order of {@link SourceRow.columns}. */
  reveal(): readonly string[] {
    return this.#values
  }
}

/** @throws ERR_IMPORT_COLUMNS naming the missing, unknown and repeated columns */
export function checkHeader(profile: ImportProfile, columns: readonly string[]): Header {
  const present = new Set(columns)
  const problems: string[] = []
  const missing = [...profile.columns.keys()].filter(column => !present.has(column))
  if (missing.length > 0) problems.push(`missing: ${missing.join(', ')}`)
  const unknown = columns.filter(column => !profile.columns.has(column))
  // A file without a header starts with a customer's row: its cells are named only when most columns are there.
  const isHeader = missing.length * 2 < profile.columns.size
  if (unknown.length > 0) {
    problems.push(isHeader ? `unknown: ${unknown.map(quote).join(', ')}` : 'the first row is not this header')
  }
  const repeated = [...present].filter(
    column => profile.columns.has(column) && columns.indexOf(column) !== columns.lastIndexOf(column),
  )
  if (repeated.length > 0) problems.push(`more than once: ${repeated.join(', ')}`)
  if (problems.length > 0) {
    fail('ERR_IMPORT_COLUMNS', `expected the columns of profile ${profile.name}; ${problems.join('; ')}`)
  }
  const positions = new Map<ProfileField, number>()
  for (const [column, field] of profile.columns) {
    if (field !== 'ignored') positions.set(field, columns.indexOf(column))
  }
  return { columns, positions }
}

const quote = (column: string): string => JSON.stringify(column.slice(0, 40))
