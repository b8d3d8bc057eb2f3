import { publish as publishTables } from '../../publish/publish.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const publish = verb<CommonOptions>({
  usage: 'publish',
  summary: [
    'build the sealed tables of all approved batches and commit to them',
    '构建并承诺已批准批次的密封表',
  ],
  examples: ['mixun publish --home ./jia'],
  options: [],
  action: async ({ home, output }) => {
    const lines = await publishTables(await home(), (className, done, total) =>
      output.progress([
        `class ${className}: ${done} of ${total} rows`,
        `${className} 类：${done}/${total} 行`,
      ]),
    )
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
