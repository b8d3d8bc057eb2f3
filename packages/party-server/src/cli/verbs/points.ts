import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const points = verb<CommonOptions>({
  usage: 'points',
  summary: [
    "this firm's points, computed from its own mirror of the ledger",
    '本机构积分（由本地账本副本计算）',
  ],
  examples: ['mixun points --home ./jia'],
  options: [],
  action: async ({ home, output }) => {
    await using mixun = await openClient(await home(), output)
    const balance = await mixun.points()
    const { available, reserved, spent, earned } = balance
    output.result(balance, [
      [
        `${available} available, ${reserved} reserved, ${spent} spent, ${earned} earned`,
        `可用 ${available}，预留 ${reserved}，已用 ${spent}，累计获得 ${earned}`,
      ],
    ])
  },
})
