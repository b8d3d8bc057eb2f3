import { parseIntentId } from '@mixun/sdk'
import { writeOutput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly out: string
  readonly operator: string
}

export const openJoint = verb<Options>({
  usage: 'open-joint <intent-id>',
  summary: [
    'disclose one joint query to the auditor, who runs it again: the file names the subject',
    '向审计方打开一次联合查询以便重演：文件含主体信息',
  ],
  examples: ['mixun open-joint 5f0c… --operator wang.fang --out joint-opening.json --home ./jia'],
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
    const opening = mixun.openJointQuery(parseIntentId(context.arguments[0] as string))
    writeOutput(options.out, opening.reveal(), { secret: true })
    output.result({ opening: options.out }, [
      [
        `${options.out} written; hand it to the auditor by a safe way`,
        `已写入 ${options.out}；请以安全方式交给审计方`,
      ],
    ])
  },
})
