import { kindByCode } from '@mixun/core/domain'
import type { Answered } from './answers.ts'
import type { Points } from './desk-messages.ts'
import { type Language, type Phrase, say } from './language.ts'
import { FIRMS, PARTIES } from './parties.ts'

const VERDICTS: Readonly<Record<string, Phrase>> = {
  clear: ['clear', '未发现'],
  found: ['FOUND', '发现违约'],
  incomplete: ['INCOMPLETE', '结果不完整'],
}

const STATUSES: Readonly<Record<string, Phrase>> = {
  open: ['open', '未了结'],
  cured: ['cured', '已了结'],
  disputed: ['disputed', '争议中'],
  withdrawn: ['withdrawn', '已撤销'],
}

/** Answers as a table: a line each, and another for every further record. Identity numbers are masked. */
export function answersTable(answered: readonly Answered[], language: Language): string[] {
  const heading = [
    ['request', '请求编号'],
    ['asked by', '查询方'],
    ['subject', '主体'],
    ['verdict', '结论'],
    ['records, missing parties', '记录与缺席方'],
    ['ms', '毫秒'],
  ] as const
  const rows = answered.flatMap(({ planned, answer, milliseconds }) => {
    const missing = answer.missing.map(part =>
      say(language, [
        `no answer: ${nameOf(part.party, language)}, class ${part.class} (${part.code})`,
        `无应答：${nameOf(part.party, language)} ${part.class} 类（${part.code}）`,
      ]),
    )
    const details = [...missing, ...answer.records.map(record => recordLine(record, language))]
    const first = [
      answer.requestId,
      nameOf(planned.inquirer, language),
      mask(planned.subject.idNumber),
      say(language, VERDICTS[answer.verdict] as Phrase),
      details[0] ?? '-',
      String(milliseconds),
    ]
    return [first, ...details.slice(1).map(detail => ['', '', '', '', detail, ''])]
  })
  return formatTable([heading.map(phrase => say(language, phrase)), ...rows])
}

/** Points of every firm before and after the inquiries. */
export function pointsTable(
  before: Readonly<Record<string, Points>>,
  after: Readonly<Record<string, Points>>,
  language: Language,
): string[] {
  const heading = [
    ['points', '积分'],
    ['before: available', '查询前可用'],
    ['after: available', '查询后可用'],
    ['spent', '已用'],
    ['reserved', '预留'],
  ] as const
  const rows = FIRMS.map(({ id }) => [
    nameOf(id, language),
    ...[before[id]?.available, after[id]?.available, after[id]?.spent, after[id]?.reserved].map(String),
  ])
  return formatTable([heading.map(phrase => say(language, phrase)), ...rows])
}

export function nameOf(partyId: string, language: Language): string {
  const party = PARTIES.find(each => each.id === partyId)
  return party === undefined ? partyId : say(language, party.name)
}

/** All but the last four characters as asterisks. */
function mask(idNumber: string): string {
  return idNumber.slice(-4).padStart(idNumber.length, '*')
}

function recordLine(record: Answered['answer']['records'][number], language: Language): string {
  const kind = kindByCode(record.kind)
  const firm = nameOf(record.reporter, language)
  const amount = record.amountFen === null ? '-' : yuan(record.amountFen)
  const status = say(language, STATUSES[record.status] as Phrase)
  return `${firm} ${kind.class} ${say(language, [kind.en, kind.zh])} ${record.occurredOn} ${amount} ${status}`
}

function yuan(fen: string): string {
  const padded = fen.padStart(3, '0')
  const whole = padded.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `¥${whole}.${padded.slice(-2)}`
}

/** Lines whose columns are aligned; East Asian wide characters count twice. */
function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell))
    }
  }
  return rows.map(row =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] as number) - displayWidth(cell)))
      .join('  ')
      .trimEnd(),
  )
}

function displayWidth(text: string): number {
  const wide = text.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g)
  return text.length + (wide?.length ?? 0)
}
