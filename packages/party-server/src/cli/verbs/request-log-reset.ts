import { fail } from '@mixun/core/errors'
import { LOG_RESET_REASONS } from '@mixun/ledger-adapter/ledger'
import { requestLogReset as request } from '../../ledger/request-log-reset.ts'
import { writeOutput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
  readonly reason: string
  readonly out: string
}

export const requestLogReset = verb<Options>({
  usage: 'request-log-reset',
  summary: [
    'as a firm whose party log is lost or from a backup: ask the association that the log of today may count',
    '机构日志丢失或来自备份时：向协会申请以当前日志重新起算',
  ],
  examples: [
    'mixun request-log-reset --reason restored-from-backup --operator li.na --out jia-log-reset.json --home ./jia',
  ],
  options: [
    {
      flags: '--reason <reason>',
      text: [LOG_RESET_REASONS.join(', '), `原因：${LOG_RESET_REASONS.join('、')}`],
      required: true,
    },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
    { flags: '--out <file>', text: ['where the request goes', '申请文件'], value: 'log-reset.json' },
  ],
  action: async ({ options, home: open, output }) => {
    const home = await open()
    requireOperator(home, 'makers', options.operator)
    const reason =
      LOG_RESET_REASONS.find(each => each === options.reason) ??
      fail('ERR_PARAMETER_UNKNOWN', `--reason: expected one of ${LOG_RESET_REASONS.join(', ')}`)
    const { request: made, anchoredSize } = await request(home, reason)
    writeOutput(options.out, made, { secret: false })
    const { partyId, size } = made
    output.result({ party: partyId, anchoredSize, size, request: options.out }, [
      [
        `the ledger has ${anchoredSize} entries of the party log, this home has ${size}; what was asked before the reset is refused from then on`,
        `账本锚定日志 ${anchoredSize} 条，本主目录现有 ${size} 条；重置后将拒绝此前登记的查询`,
      ],
      [
        `next: send ${options.out} to the association (mixun reset-party-log)`,
        `下一步：将 ${options.out} 交给协会（mixun reset-party-log）`,
      ],
    ])
  },
})
