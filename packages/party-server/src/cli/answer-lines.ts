import { type DefaultRecord, kindByCode } from '@mixun/core/domain'
import type { DefaultsAnswer } from '@mixun/sdk'
import type { Phrase } from './language.ts'
import { formatTable } from './output.ts'

const VERDICT_ZH = { clear: '未发现违约', found: '发现违约记录', incomplete: '结果不完整' } as const

/** An answer for people: the verdict, the records, who is missing. */
export function answerLines(answer: DefaultsAnswer): Phrase[] {
  const missing = answer.missing.map(
    (each): Phrase => [
      `missing: ${each.party}, class ${each.class} (${each.code})`,
      `缺席：${each.party}，${each.class} 类（${each.code}）`,
    ],
  )
  return [[answer.verdict, VERDICT_ZH[answer.verdict]], ...recordLines(answer.records), ...missing]
}

const STATUS_ZH = { open: '未了结', cured: '已了结', disputed: '争议中', withdrawn: '已撤销' } as const

function recordLines(records: readonly DefaultRecord[]): Phrase[] {
  const english = formatTable(
    records.map(record => recordCells(record, kindByCode(record.kind).en, record.status)),
  )
  const chinese = formatTable(
    records.map(record => recordCells(record, kindByCode(record.kind).zh, STATUS_ZH[record.status])),
  )
  return english.map((line, i): Phrase => [line, chinese[i] as string])
}

function recordCells(record: DefaultRecord, kind: string, status: string): string[] {
  const { reporter, class: className, occurredOn, amountFen } = record
  const amount = amountFen === null ? '-' : `${amountFen / 100n}.${String(amountFen % 100n).padStart(2, '0')}`
  return [reporter, className, kind, occurredOn, amount, status]
}
