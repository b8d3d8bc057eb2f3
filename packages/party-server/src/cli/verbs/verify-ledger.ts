import { verifyLedger as recompute } from '../../ledger/access.ts'
import { fetching } from '../progress.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const verifyLedger = verb<CommonOptions>({
  usage: 'verify-ledger',
  summary: [
    'recompute the whole ledger: signatures, rules, points, tree, checkpoint',
    '重新计算整个账本：签名、规则、积分、树与检查点',
  ],
  examples: ['mixun verify-ledger --home ./jia', 'mixun verify-ledger --home ./association --json'],
  options: [],
  action: async ({ home, output }) => {
    const { size, root } = await recompute(await home(), {
      sync: (done, total) => output.progress(fetching(done, total)),
      verify: (done, total) =>
        output.progress([`verified ${done} of ${total} entries`, `已验证 ${done}/${total} 条`]),
    })
    output.endProgress()
    output.result({ entries: size, root }, [
      [
        `${size} entries verified, root ${root.slice(0, 16)}…`,
        `已验证 ${size} 条记录，根 ${root.slice(0, 16)}…`,
      ],
    ])
  },
})
