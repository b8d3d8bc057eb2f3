import { closePoints as close } from '../../association/close-points.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const closePoints = verb<CommonOptions>({
  usage: 'close-points <period>',
  summary: [
    'close a points period, as the association: penalties, and a commitment to what each firm holds',
    '协会关闭积分周期：扣减逾期报告积分，并对各机构余额作出承诺',
  ],
  examples: [
    'mixun close-points 2026-11 --home ./association',
    'mixun close-points 2026-Q4 --home ./association --json',
  ],
  options: [],
  action: async ({ arguments: [period], home, output }) => {
    const closing = await close(await home(), period as string)
    const { firms, total, penalties, ledgerIndex } = closing
    output.result(closing, [
      [
        `${closing.period} closed as entry ${ledgerIndex}: ${firms} firms hold ${total} points, ${penalties} taken for late or missing reports`,
        `${closing.period} 已关闭（账本第 ${ledgerIndex} 条）：${firms} 家机构共 ${total} 分，因逾期或缺失报告扣减 ${penalties} 分`,
      ],
    ])
  },
})
