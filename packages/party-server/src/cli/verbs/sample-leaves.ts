import { fail } from '@mixun/core/errors'
import { sampleLeaves as sample } from '../../association/sample-leaves.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const sampleLeaves = verb<CommonOptions>({
  usage: 'sample-leaves <table>',
  summary: [
    'have a provider open random rows of an epoch that is over, as the association',
    '协会抽样：要求数据提供方打开已结束期次的随机行',
  ],
  examples: ['mixun sample-leaves yi/B/1 --home ./association'],
  options: [],
  action: async context => {
    const match = /^([a-z][a-z0-9-]*)\/([ABC])\/(\d{1,9})$/.exec(String(context.arguments[0]))
    if (match === null) return fail('ERR_INPUT_RANGE', 'expected a table as provider/class/epoch')
    const [, provider, className, epoch] = match as unknown as [string, string, 'A' | 'B' | 'C', string]
    const result = await sample(await context.home(), { provider, class: className, epoch: Number(epoch) })
    context.output.result(result, [
      result.code === null
        ? [`all ${result.leaves} rows opened`, `抽取的 ${result.leaves} 行全部可打开`]
        : [`evidence against ${provider}: ${result.code}`, `发现 ${provider} 的违规证据：${result.code}`],
    ])
  },
})
