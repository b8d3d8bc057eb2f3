import { type DefaultRecord, kindByCode, Subject } from '@mixun/core/domain'
import { answerToJson, type ConsentId, Mixun } from '@mixun/sdk'
import type { Phrase } from '../language.ts'
import { requireOperator } from '../options.ts'
import { formatTable } from '../output.ts'
import { readSubject } from '../subject-input.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly idType: string
  readonly consent: string
  readonly requestId: string
  readonly operator: string
}

const VERDICT_ZH = { clear: '未发现违约', found: '发现违约记录', incomplete: '结果不完整' } as const

export const check = verb<Options>({
  usage: 'check',
  summary: [
    'ask all firms about one investor; the identity number is read from standard input',
    '向所有机构查询一名投资者；证件号码从标准输入读取',
  ],
  examples: [
    'mixun check --consent 5f0c… --request-id credit-2026-000123 --operator li.na --home ./jia < number.txt',
  ],
  options: [
    { flags: '--id-type <type>', text: ['resident-id, uscc or one-code', '证件类型'], value: 'resident-id' },
    { flags: '--consent <id>', text: ['consent of this investor', '该投资者的授权编号'], required: true },
    { flags: '--request-id <id>', text: ['your name of this inquiry', '查询请求编号'], required: true },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    const subject = Subject.parse(options.idType, await readSubject())
    await using mixun = await Mixun.open(opened)
    const answer = await mixun.checkDefaults(subject, {
      consent: options.consent as ConsentId,
      requestId: options.requestId,
      operator: options.operator,
      onBudgetAlarm: ({ budget, used, limit }) =>
        output.warning([
          `budget ${budget}: ${used} of ${limit} used`,
          `额度 ${budget}：已用 ${used}/${limit}`,
        ]),
    })
    const missing = answer.missing.map(
      (each): Phrase => [
        `missing: ${each.party}, class ${each.class} (${each.code})`,
        `缺席：${each.party}，${each.class} 类（${each.code}）`,
      ],
    )
    output.result(answerToJson(answer), [
      [answer.verdict, VERDICT_ZH[answer.verdict]],
      ...recordLines(answer.records),
      ...missing,
    ])
  },
})

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
