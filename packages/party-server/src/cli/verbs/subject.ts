import { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { Mixun, type SubjectReport } from '@mixun/sdk'
import { recordToJson } from '@mixun/sdk/answers'
import type { Phrase } from '../language.ts'
import { requireOperator } from '../options.ts'
import { formatTable } from '../output.ts'
import { readSubject } from '../subject-input.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly idType: string
  readonly operator: string
}

export const subject = verb<Options>({
  usage: 'subject <report>',
  summary: [
    'who of us asked about this person, when, why and with which consent, and what we published; number from standard input',
    '主体报告：本机构何人何时以何授权查询过该主体，及所发布的记录；证件号码从标准输入读取',
  ],
  examples: ['mixun subject report --operator wang.fang --home ./jia < number.txt'],
  options: [
    { flags: '--id-type <type>', text: ['resident-id, uscc or one-code', '证件类型'], value: 'resident-id' },
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
  ],
  action: async ({ options, home, output, arguments: [action] }) => {
    if (action !== 'report') fail('ERR_INPUT_RANGE', 'expected: mixun subject report')
    const opened = await home()
    requireOperator(opened, 'checkers', options.operator)
    const person = Subject.parse(options.idType, await readSubject())
    await using mixun = await Mixun.open(opened)
    const report = mixun.subjectReport(person)
    const published = report.published.map(recordToJson)
    output.result({ ...report, published }, reportLines(report))
  },
})

function reportLines({ consents, inquiries, published }: SubjectReport): Phrase[] {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const table = formatTable(
    inquiries.map(each => [
      new Date(each.askedAt).toISOString(),
      each.operator ?? '-',
      each.purpose,
      each.consentId,
      each.verdict ?? each.answerDigest ?? '-',
    ]),
  )
  const given = formatTable(
    consents.map(each => [
      each.consentId,
      each.purpose,
      each.classes.join(),
      `${day(each.notBefore)}/${day(each.notAfter)}`,
    ]),
  )
  const records = formatTable(published.map(each => [each.class, each.kind, each.occurredOn, each.status]))
  const same = (lines: string[]) => lines.map((line): Phrase => [line, line])
  return [
    [`${consents.length} consents`, `授权 ${consents.length} 份`],
    ...same(given),
    [`${inquiries.length} inquiries`, `查询 ${inquiries.length} 笔`],
    ...same(table),
    [`${published.length} records published`, `已发布记录 ${published.length} 条`],
    ...same(records),
  ]
}
