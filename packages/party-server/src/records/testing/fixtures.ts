import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { type IsoDate, parseIsoDate } from '@mixun/core/domain'
import { intl, type Suite } from '@mixun/core/suite'
import { Policy } from '@mixun/ledger-adapter/policy'
import {
  type AcceptedRow,
  type Finding,
  type ImportPolicy,
  type ImportSummary,
  importRows,
} from '../import.ts'
import { type ImportProfile, parseProfile } from '../profile.ts'
import { loadProfile } from '../../profiles/load-profile.ts'

/** The example exports and what they must become. */
export const BROKERS = join(import.meta.dirname, '../../../../../examples/data/brokers')

export const AS_OF: IsoDate = parseIsoDate('2026-06-30')

/** File of each firm and of the association. */
export const EXPORTS = {
  jia: 'jia.csv',
  yi: 'yi.txt',
  bing: 'bing.csv',
  ding: 'ding.csv',
  association: 'association.csv',
} as const

export type Exporter = keyof typeof EXPORTS

export const openExport = (firm: Exporter): AsyncIterable<Uint8Array> =>
  createReadStream(join(BROKERS, EXPORTS[firm]))

/** Bytes as a stream in pieces of `size`, so that no boundary is where it suits the reader. */
export async function* chunks(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export interface Imported {
  readonly summary: ImportSummary
  readonly accepted: readonly AcceptedRow[]
  readonly findings: readonly Finding[]
}

/** Imports a stream and collects everything. */
export async function importAll(
  profile: ImportProfile,
  bytes: AsyncIterable<Uint8Array>,
  reporter = 'jia',
  suite: Suite = intl,
  policy: ImportPolicy = new Policy(),
  isKnown: () => boolean = () => false,
): Promise<Imported> {
  const accepted: AcceptedRow[] = []
  const findings: Finding[] = []
  const summary = await importRows(profile, bytes, {
    asOf: AS_OF,
    saltOf: digest => suite.hash(utf8('salt'), digest),
    reporter,
    suite,
    policy,
    isKnown,
    onAccepted: row => void accepted.push(row),
    onFinding: finding => void findings.push(finding),
  })
  return { summary, accepted, findings }
}

export async function importExport(firm: Exporter): Promise<Imported> {
  return importAll(await loadProfile(firm), openExport(firm), firm)
}

/** A small layout for edge cases: one column a field and a note. */
export const PROFILE_TOML = `
encoding = "utf-8"
byteOrderMark = false
separator = ","
dateFormats = ["YYYY-MM-DD", "YYYY/M/D", "YYYYMMDD", "YYYY年M月D日"]
[columns]
type = "idType"
id = "idNumber"
kind = "kind"
date = "occurredOn"
amount = "amount"
status = "status"
cured = "curedOn"
basis = "basis"
cohort = "cohort"
note = "ignored"
[codes.idType]
P = "resident-id"
O = "uscc"
[codes.kind]
repay = "contract-due-not-repaid"
law = "judicial-dispute"
[codes.status]
open = "open"
cured = "cured"
disputed = "disputed"
withdrawn = "withdrawn"
[codes.cohort]
new = "new"
old = "existing"
[amount]
unit = "yuan"
thousandsSeparator = ","
[amount.suffixes]
"元" = "yuan"
"万元" = "wan-yuan"
`

export const smallProfile = (change: (toml: string) => string = toml => toml): ImportProfile =>
  parseProfile('small', change(PROFILE_TOML))

export const HEADER = 'type,id,kind,date,amount,status,cured,basis,cohort,note'

/** A row that every rule accepts; its cells can be replaced by name. */
export const GOOD_ROW = {
  type: 'P',
  id: '11010519491231002X',
  kind: 'repay',
  date: '2024-05-10',
  amount: '12.34',
  status: 'open',
  cured: '',
  basis: 'SQ00000001',
  cohort: 'new',
  note: '',
}

export type Cells = Partial<typeof GOOD_ROW>

/** One line of the small layout, every cell quoted. */
export const line = (cells: Cells = {}): string =>
  Object.values({ ...GOOD_ROW, ...cells })
    .map(cell => `"${cell.replaceAll('"', '""')}"`)
    .join(',')

/** Imports rows of the small layout. */
export const importLines = (...rows: readonly string[]): Promise<Imported> =>
  importAll(smallProfile(), chunks(utf8([HEADER, ...rows].join('\n'))))
