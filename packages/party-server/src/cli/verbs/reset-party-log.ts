import { resetPartyLog as reset } from '../../association/reset-party-log.ts'
import { readJson } from '../files.ts'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
}

export const resetPartyLog = verb<Options>({
  usage: 'reset-party-log <request>',
  summary: [
    "as the association: put on record that a firm's party log begins anew, as the firm has signed",
    '协会：按机构签署的申请登记其日志重新起算',
  ],
  examples: ['mixun reset-party-log jia-log-reset.json --operator he.jun --home ./association'],
  options: [{ flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true }],
  action: async ({ arguments: [file], options, home: open, output }) => {
    const home = await open()
    requireOperator(home, 'checkers', options.operator)
    const { reset: made, ledgerIndex } = await reset(home, readJson(file as string))
    const { partyId, endsIndex, size, reason } = made
    output.result({ party: partyId, endsIndex, size, reason, ledgerIndex }, [
      [
        `entry ${ledgerIndex}: the party log of ${partyId} begins anew with ${size} entries (${reason}); what entry ${endsIndex} anchored stays on record`,
        `账本第 ${ledgerIndex} 条：${partyId} 的机构日志自 ${size} 条起重新起算（${reason}）；第 ${endsIndex} 条的锚定仍保留`,
      ],
    ])
  },
})
