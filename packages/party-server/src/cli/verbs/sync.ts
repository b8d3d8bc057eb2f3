import type { Phrase } from '../language.ts'
import { fetching } from '../progress.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const sync = verb<CommonOptions>({
  usage: 'sync',
  summary: [
    'bring the mirror of the ledger and the tables of all members up to date; for a timer, so that no check waits',
    '同步账本镜像与所有机构的密封表；宜定时执行，避免查询时等待',
  ],
  examples: ['mixun sync --home ./jia', 'mixun sync --home ./jia --json'],
  options: [],
  action: async ({ home, output }) => {
    await using mixun = await openClient(await home(), output)
    const result = await mixun.sync({
      onProgress: (what, done, total) =>
        output.progress(
          what === 'ledger'
            ? fetching(done, total)
            : [`fetched ${done} of ${total} tables`, `已获取密封表 ${done}/${total} 张`],
        ),
    })
    output.endProgress()
    const missing = result.missing.map(
      ({ party, class: className, code }): Phrase => [
        `missing: ${party}, class ${className} (${code})`,
        `缺少：${party}，${className} 类（${code}）`,
      ],
    )
    output.result(result, [
      [
        `${result.entries} entries, ${result.tables} tables`,
        `账本 ${result.entries} 条，密封表 ${result.tables} 张`,
      ],
      ...missing,
    ])
  },
})
