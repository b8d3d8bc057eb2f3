import type { Command } from 'commander'
import { openBatches } from '../../stores/open.ts'
import type { Phrase } from '../language.ts'
import { parseBatch, requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
}

/** A verb with which the checker decides on a reviewed batch. */
export function decisionVerb(name: string, next: 'approved' | 'rejected', summary: Phrase): Command {
  return verb<Options>({
    usage: `${name} <batch>`,
    summary,
    examples: [`mixun ${name} 1 --operator wang.fang --home ./jia`],
    options: [{ flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true }],
    action: async context => {
      const home = await context.home()
      const checker = requireOperator(home, 'checkers', context.options.operator)
      using store = openBatches(home)
      const batch = store.decide(parseBatch(context.arguments[0]), checker, next)
      context.output.result(batch, [
        [`batch ${batch.id} ${next} by ${checker}`, `批次 ${batch.id} 已由 ${checker} ${DECIDED_ZH[next]}`],
      ])
    },
  })
}

const DECIDED_ZH = { approved: '批准', rejected: '退回' } as const
