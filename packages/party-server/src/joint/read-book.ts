import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Subject } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { type ImportProfile, readRows } from '../records/index.ts'
import { normaliseCell, parseAmountCell } from '../records/normalise.ts'
import { meterFile } from '../records/read-rows.ts'

/** Columns of a numeric book: an identity number, a name, which is not kept, and an amount in one of two units. */
const HEADERS = [
  { columns: ['证件号码', '姓名', '逾期金额（元）'], unit: 'yuan' },
  { columns: ['证件号码', '姓名', '逾期金额（分）'], unit: 'fen' },
  { columns: ['id_number', 'name', 'overdue_yuan'], unit: 'yuan' },
  { columns: ['id_number', 'name', 'overdue_fen'], unit: 'fen' },
] as const

/** Most of a file that its header may take, in bytes. */
const MAX_HEADER_BYTES = 1_024

/** A line of a numeric book. */
export interface BookLine {
  readonly subject: Subject
  /** In fen. */
  readonly amount: bigint
}

/** Why a row is not taken: field and reason, never a value. */
export interface BookFinding {
  readonly dataRow: number
  readonly line: number
  readonly field: 'id' | 'amount'
  readonly reason: 'id-format' | 'amount'
}

/** What came of reading a book. */
export interface ReadBook {
  readonly rows: number
  readonly findings: readonly BookFinding[]
  /** The suite's hash of the file. */
  readonly digest: Uint8Array
}

/**
 * Streams a numeric book, UTF-8 with one of four headers.
 *
 * @param take told of every row that is well-formed
 * @throws ERR_IMPORT_COLUMNS, ERR_IMPORT_ENCODING, ERR_IMPORT_ROW
 */
export async function readBook(
  suite: Suite,
  file: string,
  take: (dataRow: number, line: BookLine) => void,
): Promise<ReadBook> {
  const profile = await profileOf(file)
  const metered = meterFile(suite, createReadStream(file))
  const findings: BookFinding[] = []
  let rows = 0
  for await (const row of readRows(profile, metered.bytes)) {
    rows++
    const { dataRow, line } = row
    const subject = subjectIn(normaliseCell(row.cell('idNumber') ?? ''))
    const amount =
      parseAmountCell(normaliseCell(row.cell('amount') ?? ''), profile.amount as never)?.fen ?? null
    if (subject === null) findings.push({ dataRow, line, field: 'id', reason: 'id-format' })
    else if (amount === null) findings.push({ dataRow, line, field: 'amount', reason: 'amount' })
    else take(dataRow, { subject, amount })
  }
  return { rows, findings, digest: metered.digest() }
}

/** A resident's number, or an organisation's. */
function subjectIn(number: string): Subject | null {
  for (const idType of ['resident-id', 'uscc'] as const) {
    try {
      return Subject.parse(idType, number)
    } catch (error) {
      if (!(error instanceof MixunError)) throw error
    }
  }
  return null
}

async function profileOf(file: string): Promise<ImportProfile> {
  const handle = await open(file)
  let head: string
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0)
    head = (buffer.subarray(0, bytesRead).toString('utf8').split('\n')[0] ?? '').replace(/^\ufeff/, '').trim()
  } finally {
    await handle.close()
  }
  const header = HEADERS.find(({ columns }) => columns.join() === head)
  if (header === undefined) {
    const expected = HEADERS.map(({ columns }) => columns.join(',')).join(' or ')
    return fail('ERR_IMPORT_COLUMNS', `expected a book with the header ${expected}`)
  }
  const [id, name, amount] = header.columns
  return {
    name: 'joint-book',
    encoding: 'utf-8',
    byteOrderMark: true,
    export: 'full',
    separator: ',',
    dateFormats: ['YYYY-MM-DD'],
    columns: new Map([
      [id, 'idNumber'],
      [name, 'ignored'],
      [amount, 'amount'],
    ]),
    codes: {
      idType: new Map(),
      kind: new Map(),
      status: new Map(),
      cohort: new Map(),
      visibility: new Map(),
    },
    amount: { unit: header.unit, thousandsSeparator: ',', suffixes: new Map() },
    defaults: {},
  }
}
