import { Approvals, openVault } from '@mixun/sdk/store'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
}

export const approveInquiry = verb<Options>({
  usage: 'approve-inquiry <request-id>',
  summary: [
    'approve an inquiry that another operator wants to make; it must then be made before its time is over',
    '复核：批准另一操作员提出的查询；须在有效期内执行',
  ],
  examples: ['mixun approve-inquiry margin-2026-000123 --operator wang.fang --home ./jia'],
  options: [{ flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true }],
  action: async ({ arguments: [requestId], options, home: openHome, output }) => {
    const home = await openHome()
    const checker = requireOperator(home, 'checkers', options.operator)
    const vault = openVault(home)
    using approvals = new Approvals(home.paths.approvals, vault, home.config.inquiries)
    const { maker, purpose, expiresAt } = approvals.approve(requestId as string, checker)
    const until = new Date(expiresAt).toISOString()
    output.result({ requestId, purpose, maker, checker, expiresAt }, [
      [
        `${requestId} (${purpose}) of ${maker} approved until ${until}`,
        `${maker} 的查询 ${requestId}（${purpose}）已批准，有效至 ${until}`,
      ],
      ['next: the maker runs the same mixun check again', '下一步：由经办重新执行同一 mixun check'],
    ])
  },
})
