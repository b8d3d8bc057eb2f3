import { openBatches } from '../../stores/open.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const batches = verb<CommonOptions>({
  usage: 'batches',
  summary: ['list import batches and their states', '查看导入批次及状态'],
  examples: ['mixun batches --home ./jia', 'mixun batches --home ./jia --json'],
  options: [],
  action: async ({ home, output }) => {
    using store = openBatches(await home())
    const all = store.all()
    const rows = all.map(batch => [
      String(batch.id),
      batch.state,
      batch.fileName,
      `${batch.summary.accepted}/${batch.summary.rows}`,
      batch.maker,
      batch.checker ?? '-',
    ])
    const lines = formatTable([['batch', 'state', 'file', 'accepted', 'maker', 'checker'], ...rows])
    output.result(
      { batches: all },
      lines.map((line): Phrase => [line, line]),
    )
  },
})
