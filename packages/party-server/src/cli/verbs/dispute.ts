import { Mixun } from '@mixun/sdk'
import { readInput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly record: string
  readonly operator: string
  readonly statement?: string
  readonly source?: boolean
}

export const dispute = verb<Options>({
  usage: 'dispute <request-id>',
  summary: [
    'dispute a record that an inquiry found, or challenge its source; its provider is told whom it is about',
    '首问负责：对查询所得记录提出异议或质询其来源；将向提供方披露该记录',
  ],
  examples: [
    'mixun dispute credit-2026-000123 --record 1 --statement what-he-says.txt --operator li.na --home ./jia',
    'mixun dispute credit-2026-000123 --record 1 --source --operator li.na --home ./jia',
  ],
  options: [
    {
      flags: '--record <n>',
      text: ['number of the record in the answer, from 1', '结果中的记录序号，从 1 起'],
      required: true,
    },
    { flags: '--source', text: ['challenge the source document by its digest', '按摘要质询来源文件'] },
    {
      flags: '--statement <file>',
      text: ['what the investor says (UTF-8, 4,000 characters)', '投资者陈述文件'],
    },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
  ],
  action: async ({ options, home, output, arguments: [requestId] }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    await using mixun = await Mixun.open(opened)
    const { statement } = options
    const ticket = await mixun.tickets.open({
      requestId: requestId as string,
      record: Number(options.record) - 1,
      about: options.source === true ? 'source' : 'record',
      ...(statement === undefined ? {} : { statement: readInput(statement).toString('utf8') }),
    })
    output.result({ ticket }, [[`ticket ${ticket}`, `工单 ${ticket}`]])
  },
})
