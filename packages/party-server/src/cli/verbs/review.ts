import { readFileSync } from 'node:fs'
import { openBatches } from '../../stores/open.ts'
import type { Phrase } from '../language.ts'
import { parseBatch, requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
}

const FINDINGS_SHOWN = 10

export const review = verb<Options>({
  usage: 'review <batch>',
  summary: ['look at a batch as checker: counts and findings', '复核：查看批次统计与问题清单'],
  examples: ['mixun review 1 --operator wang.fang --home ./jia'],
  options: [{ flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true }],
  action: async context => {
    const { options, output } = context
    const home = await context.home()
    const checker = requireOperator(home, 'checkers', options.operator)
    const { hashName } = home.identity.suite
    using store = openBatches(home)
    const batch = store.decide(parseBatch(context.arguments[0]), checker, 'reviewed')
    const findings = readFileSync(home.paths.findings(batch.id), 'utf8').trimEnd().split('\n').slice(1)
    const { rows, accepted, published, late = 0, rejected } = batch.summary
    const reasons = Object.entries(rejected).filter(([, count]) => count > 0)
    const shown = findings.slice(0, FINDINGS_SHOWN).map((line): Phrase => [`  ${line}`, `  ${line}`])
    output.result({ ...batch, findings: findings.length }, [
      [
        `batch ${batch.id} (${batch.fileName}, ${hashName} ${batch.fileDigest.slice(0, 16)}…) by ${batch.maker}`,
        `批次 ${batch.id}（${batch.fileName}，${hashName} ${batch.fileDigest.slice(0, 16)}…），经办 ${batch.maker}`,
      ],
      [
        `${rows} rows, ${accepted} accepted, ${published} to publish, ${late} late; rejected: ${reasons.map(pair => pair.join(' ')).join(', ') || 'none'}`,
        `${rows} 行，接受 ${accepted}，待发布 ${published}，迟报 ${late}；拒绝：${reasons.map(pair => pair.join(' ')).join('，') || '无'}`,
      ],
      [`first findings (row, line, field, reason):`, '前几条问题（行、文件行、字段、原因）：'],
      ...shown,
      [
        `next: mixun approve ${batch.id}, or mixun reject ${batch.id}`,
        `下一步：mixun approve ${batch.id} 或 mixun reject ${batch.id}`,
      ],
    ])
  },
})
