import { fail } from '@mixun/core/errors'
import { writeSecretFile } from '@mixun/sdk/home'
import { readInput, sessionsFile, writeOutput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly out?: string
  readonly document?: string
  readonly operator: string
  readonly evidence?: boolean
  readonly to?: string
}

export const openInquiry = verb<Options>({
  usage: 'open-inquiry <id>',
  summary: [
    'disclose one inquiry or joint query to the auditor, by a file or to association or regulator: it names the subject',
    '向审计方打开一笔查询或联合查询（文件，或直接提交协会或监管方）：含主体信息',
  ],
  examples: [
    'mixun open-inquiry credit-2026-000123 --operator wang.fang --out opening.json --home ./jia',
    'mixun open-inquiry 5f0c… --document signed.pdf --operator wang.fang --home ./jia',
    'mixun open-inquiry credit-2026-000123 --evidence --operator wang.fang --out evidence.json --home ./jia',
  ],
  options: [
    {
      flags: '--out <file>',
      text: [
        'where the opening goes (mode 600); sessions of a joint query beside it, as <file>.sessions',
        '输出文件（权限 600）；联合查询的会话记录另存为 <file>.sessions',
      ],
    },
    {
      flags: '--document <file>',
      text: [
        'hand an inquiry that a beacon drew to the association, with this authorisation',
        '将被抽中的查询连同该授权书提交协会',
      ],
    },
    {
      flags: '--to <party>',
      text: ['with --document: a regulator instead of the association', '与 --document 合用：改交该监管方'],
    },
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
    {
      flags: '--evidence',
      text: [
        "also prove the answer's rows: whoever has the file can read them",
        '一并证明结果所含记录：持有该文件者可读取这些记录',
      ],
    },
  ],
  action: async context => {
    const { options, output } = context
    const home = await context.home()
    requireOperator(home, 'checkers', options.operator)
    await using mixun = await openClient(home, output)
    const id = context.arguments[0] as string
    if (options.document !== undefined) {
      await mixun.submitOpening(id, readInput(options.document), options.to)
      const to = options.to ?? home.config.association.id
      return output.result({ submitted: id, to }, [[`handed to ${to}`, `已提交 ${to}`]])
    }
    if (options.out === undefined) return fail('ERR_FILE_MISSING', 'expected --out or --document')
    if (options.evidence === true) writeOutput(options.out, mixun.openEvidence(id).reveal(), { secret: true })
    else {
      const opening = mixun.openInquiry(id)
      writeOutput(options.out, opening.reveal(), { secret: true })
      const sessions = opening.revealSessions()
      if (sessions.length > 0) writeSecretFile(sessionsFile(options.out), sessions)
    }
    output.result({ opening: options.out }, [
      [
        `${options.out} written; hand it to the auditor with the consent document, by a safe way`,
        `已写入 ${options.out}；请与授权书一并以安全方式交给审计方`,
      ],
    ])
  },
})
