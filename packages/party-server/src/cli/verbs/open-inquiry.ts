import { writeOutput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly out: string
  readonly operator: string
}

export const openInquiry = verb<Options>({
  usage: 'open-inquiry <request-id>',
  summary: [
    'disclose one inquiry to the auditor: the file names the subject',
    '向审计方打开一笔查询：文件中含主体信息',
  ],
  examples: ['mixun open-inquiry credit-2026-000123 --operator wang.fang --out opening.json --home ./jia'],
  options: [
    {
      flags: '--out <file>',
      text: ['where the opening goes (mode 600)', '输出文件（权限 600）'],
      required: true,
    },
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
  ],
  action: async context => {
    const { options, output } = context
    const home = await context.home()
    requireOperator(home, 'checkers', options.operator)
    await using mixun = await openClient(home, output)
    writeOutput(options.out, mixun.openInquiry(context.arguments[0] as string).reveal(), { secret: true })
    output.result({ opening: options.out }, [
      [
        `${options.out} written; hand it to the auditor with the consent document, by a safe way`,
        `已写入 ${options.out}；请与授权书一并以安全方式交给审计方`,
      ],
    ])
  },
})
