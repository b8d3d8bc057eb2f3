import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Encoding, UnreadableInput, decodeText, parseDelimited, withHeader } from './csv.ts'
import { type AcceptedRow, type IdType, type RecordClass, judgeRow, readIdentity } from './rules.ts'

/** Where one file keeps what; a column that is `null` does not exist there. */
interface Layout {
  readonly file: string
  readonly firm: string
  readonly encoding: Encoding
  readonly separator: string
  readonly classes: readonly RecordClass[]
  readonly idTypes: Readonly<Record<string, IdType>>
  /** idType, idNumber, kind, occurredOn, amount, status, closedOn, basis, cohort. */
  readonly columns: readonly (string | null)[]
}

const NAMED_ID_TYPES = { 身份证: 'resident-id', 统一社会信用代码: 'uscc' } as const

const LAYOUTS: readonly Layout[] = [
  {
    file: 'jia.csv',
    firm: 'jia',
    encoding: 'utf-8',
    separator: ',',
    classes: ['B', 'C'],
    idTypes: NAMED_ID_TYPES,
    columns: '证件类型 证件号码 违约类型 违约日期 违约金额 状态 了结日期 授权书编号 客户群'.split(' '),
  },
  {
    file: 'yi.txt',
    firm: 'yi',
    encoding: 'gb18030',
    separator: '|',
    classes: ['B', 'C'],
    idTypes: { 10: 'resident-id', 50: 'uscc' },
    columns: 'ZJLB ZJHM WYLX WYRQ WYJE ZT LJRQ SQSBH KHQ'.split(' '),
  },
  {
    file: 'bing.csv',
    firm: 'bing',
    encoding: 'utf-8',
    separator: ',',
    classes: ['B', 'C'],
    idTypes: { 居民身份证: 'resident-id', 营业执照: 'uscc' },
    columns: '证件类型 证件号码 违约类型 违约日期 违约金额(元) 当前状态 了结日期 授权书编号 新老客户'.split(
      ' ',
    ),
  },
  {
    file: 'ding.csv',
    firm: 'ding',
    encoding: 'utf-8',
    separator: ',',
    classes: ['B', 'C'],
    idTypes: NAMED_ID_TYPES,
    columns: '投资者证件类别 投资者证件号 违约情形 发生日 金额 状态 结清日 授权凭证 客户类别'.split(' '),
  },
  {
    file: 'association.csv',
    firm: 'association',
    encoding: 'utf-8',
    separator: ',',
    classes: ['A'],
    idTypes: NAMED_ID_TYPES,
    columns: ['证件类型', '证件号码', '类别', '日期', null, null, null, null, null],
  },
]

/** Who publishes which classes, by party name. */
export const PROVIDERS: ReadonlyMap<string, readonly RecordClass[]> = new Map(
  LAYOUTS.map(layout => [layout.firm, layout.classes]),
)

/** A record as members may see it; `amountFen` is decimal text, `null` when unknown. */
export interface PublishedRecord {
  readonly firm: string
  readonly class: string
  readonly kind: string
  readonly occurredOn: string
  readonly amountFen: string | null
  readonly status: string
}

export interface FileOutcome {
  readonly rows: number
  /** Rows by outcome: `accepted`, `duplicate` and the rejections. */
  readonly outcome: Readonly<Record<string, number>>
  readonly published: number
}

export interface Truth {
  readonly files: ReadonlyMap<string, FileOutcome>
  /** Every published record about a subject; `undefined` when the identifier itself is not valid. */
  recordsOf(idType: string, idNumber: string): readonly PublishedRecord[] | undefined
}

/**
 * Reads the five exports in `folder` and applies the rules as of an ISO date.
 *
 * @throws UnreadableInput when a file is absent, wrongly encoded or not laid out as expected
 */
export function computeTruth(folder: string, asOf: string): Truth {
  const files = new Map<string, FileOutcome>()
  const bySubject = new Map<string, PublishedRecord[]>()
  for (const layout of LAYOUTS) {
    const { outcome, accepted, rows } = importFile(folder, layout, asOf)
    const published = accepted.filter(row => row.published)
    files.set(layout.file, { rows, outcome, published: published.length })
    for (const row of published) {
      const subject = `${row.idType}:${row.idNumber}`
      const records = bySubject.get(subject) ?? []
      records.push(toRecord(layout.firm, row))
      bySubject.set(subject, records)
    }
  }
  return {
    files,
    recordsOf(idType, idNumber) {
      if (idType !== 'resident-id' && idType !== 'uscc') return undefined
      const identity = readIdentity(idType, idNumber)
      if ('rejection' in identity) return undefined
      return bySubject.get(`${idType}:${identity.idNumber}`) ?? []
    },
  }
}

function importFile(folder: string, layout: Layout, asOf: string) {
  const rows = readRows(folder, layout)
  const outcome: Record<string, number> = {}
  const accepted: AcceptedRow[] = []
  const seen = new Set<string>()
  for (const row of rows) {
    const [idType, idNumber, kind, occurredOn, amount, status, closedOn, basis, cohort] = layout.columns.map(
      column => (column === null ? null : (row.get(column) ?? '')),
    )
    const judged = judgeRow(
      {
        idType: layout.idTypes[idType?.trim() ?? ''],
        idNumber: idNumber ?? '',
        kind: kind ?? '',
        occurredOn: occurredOn ?? '',
        amount: amount ?? null,
        status: status ?? null,
        closedOn: closedOn ?? null,
        basis: basis ?? null,
        cohort: cohort ?? null,
      },
      layout.classes,
      asOf,
    )
    let result: string = typeof judged === 'string' ? judged : 'accepted'
    if (typeof judged !== 'string') {
      const key = [judged.idType, judged.idNumber, judged.kind, judged.occurredOn, judged.amountFen].join('|')
      if (seen.has(key)) result = 'duplicate'
      else accepted.push(judged)
      seen.add(key)
    }
    outcome[result] = (outcome[result] ?? 0) + 1
  }
  return { rows: rows.length, outcome, accepted }
}

function readRows(folder: string, layout: Layout): Map<string, string>[] {
  const path = join(folder, layout.file)
  if (!existsSync(path)) throw new UnreadableInput(`${layout.file} is not in the data folder`)
  try {
    const rows = withHeader(parseDelimited(decodeText(readFileSync(path), layout.encoding), layout.separator))
    const absent = layout.columns.find(column => column !== null && rows[0]?.has(column) === false)
    if (absent !== undefined) throw new UnreadableInput(`no column ${absent}`)
    return rows
  } catch (cause) {
    if (!(cause instanceof UnreadableInput)) throw cause
    throw new UnreadableInput(`${layout.file}: ${cause.message}`)
  }
}

function toRecord(firm: string, row: AcceptedRow): PublishedRecord {
  const amountFen = row.amountFen === null ? null : row.amountFen.toString()
  const { kind, occurredOn, status } = row
  return { firm, class: row.class, kind, occurredOn, amountFen, status }
}
