import { Mixun } from '@mixun/sdk'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
  readonly dryRun?: boolean
}

export const purge = verb<Options>({
  usage: 'purge',
  summary: [
    'erase answers and evaluations that are older than config.toml keeps them; their digests stay',
    '按保存期限清除查询结果与求值记录；保留其摘要',
  ],
  examples: [
    'mixun purge --dry-run --operator wang.fang --home ./jia',
    'mixun purge --operator wang.fang --home ./jia --json',
  ],
  options: [
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
    { flags: '--dry-run', text: ['count only', '仅统计，不清除'] },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'checkers', options.operator)
    await using mixun = await Mixun.open(opened)
    const dryRun = options.dryRun === true
    const purged = mixun.purge({ dryRun })
    const { answers, evaluations, cutOff } = purged
    output.result({ ...purged, dryRun }, [
      [
        `${dryRun ? 'would erase' : 'erased'} ${answers} answers, ${evaluations} evaluations, ${cutOff} cut-off inquiries`,
        `${dryRun ? '将清除' : '已清除'} ${answers} 份结果、${evaluations} 条求值记录、${cutOff} 笔中断查询`,
      ],
    ])
  },
})
