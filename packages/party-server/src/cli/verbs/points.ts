import { openLedgerAccess } from '../../ledger/access.ts'
import { openClient } from '../open-client.ts'
import type { Output } from '../output.ts'
import { type CommonOptions, type VerbContext, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly recompute?: boolean
}

export const points = verb<Options>({
  usage: 'points',
  summary: [
    "this firm's points, computed from its own mirror of the ledger",
    '本机构积分（由本地账本副本计算）',
  ],
  examples: ['mixun points --home ./jia', 'mixun points --recompute --home ./association'],
  options: [
    {
      flags: '--recompute',
      text: [
        'derive all points of all firms anew from the ledger entries, and compare',
        '由账本条目重新推算全部积分并比对',
      ],
    },
  ],
  action: ({ options, home, output }) =>
    options.recompute === true ? recompute(home, output) : show(home, output),
})

type OpenHome = VerbContext<Options>['home']

async function show(home: OpenHome, output: Output): Promise<void> {
  await using mixun = await openClient(await home(), output)
  const balance = await mixun.points()
  const { available, reserved, spent, earned } = balance
  output.result(balance, [
    [
      `${available} available, ${reserved} reserved, ${spent} spent, ${earned} earned`,
      `可用 ${available}，预留 ${reserved}，已用 ${spent}，累计获得 ${earned}`,
    ],
  ])
}

async function recompute(home: OpenHome, output: Output): Promise<void> {
  await using access = await openLedgerAccess(await home())
  const recomputed = access.recomputePoints()
  const { entries, events } = recomputed
  output.result(recomputed, [
    [
      `${events} points events follow from ${entries} entries, as the journal has them`,
      `由 ${entries} 条账本条目重新推算出 ${events} 个积分事件，与积分账一致`,
    ],
  ])
}
