import { parseIsoDate } from '@mixun/core/domain'
import { publish as publishTables } from '../../publish/publish.ts'
import type { Phrase } from '../language.ts'
import { fetching } from '../progress.ts'
import { formatTable } from '../output.ts'
import { parseThreads } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly threads?: string
  readonly asOf?: string
}

export const publish = verb<Options>({
  usage: 'publish',
  summary: [
    'build the sealed tables of all approved batches and commit to them',
    '构建并承诺已批准批次的密封表',
  ],
  examples: ['mixun publish --home ./jia', 'mixun publish --home ./jia --threads 1'],
  options: [
    {
      flags: '--threads <number>',
      text: [
        'threads that build large tables (0: one a core; config.toml says it otherwise)',
        '构建大表的线程数（0 为每核一个；默认取 config.toml）',
      ],
    },
    {
      flags: '--as-of <date>',
      text: ['date as of which records expire; today by default', '记录到期判断基准日，默认当日'],
    },
  ],
  action: async ({ home, options, output }) => {
    const lines = await publishTables(await home(), {
      ...(options.threads === undefined ? {} : { threads: parseThreads(options.threads) }),
      ...(options.asOf === undefined ? {} : { asOf: parseIsoDate(options.asOf) }),
      onSync: (done, total) => output.progress(fetching(done, total)),
      onProgress: (className, done, total) =>
        output.progress([
          `class ${className}: ${done} of ${total} rows`,
          `${className} 类：${done}/${total} 行`,
        ]),
    })
    output.endProgress()
    const rows = lines.map(line => [
      line.class,
      line.kind,
      String(line.epoch),
      String(line.rows),
      String(line.subjects),
      String(line.records),
      String(line.ledgerIndex),
    ])
    const table = formatTable([['class', 'kind', 'epoch', 'rows', 'subjects', 'records', 'ledger'], ...rows])
    output.result(
      { published: lines },
      table.map((line): Phrase => [line, line]),
    )
  },
})
