import { fail } from '@mixun/core/errors'
import { TICKET_OUTCOMES } from '@mixun/ledger-adapter/ledger'
import { answerTicket as answer, requireTicketId } from '../../ledger/tickets.ts'
import { readInput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly outcome: string
  readonly operator: string
  readonly statement?: string
}

export const answerTicket = verb<Options>({
  usage: 'answer-ticket <id>',
  summary: ['answer a dispute or challenge that is addressed to us', '答复发给本机构的异议或质询工单'],
  examples: [
    'mixun answer-ticket 5f0c… --outcome source-opened --operator wang.fang --home ./yi',
    'mixun answer-ticket 5f0c… --outcome corrected --statement why.txt --operator wang.fang --home ./yi',
  ],
  options: [
    { flags: '--outcome <outcome>', text: [TICKET_OUTCOMES.join(', '), '答复结论'], required: true },
    { flags: '--statement <file>', text: ['what the inquirer is told (UTF-8)', '答复说明文件'] },
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
  ],
  action: async ({ options, home: open, output, arguments: [id] }) => {
    const home = await open()
    requireOperator(home, 'checkers', options.operator)
    const outcome =
      TICKET_OUTCOMES.find(each => each === options.outcome) ??
      fail('ERR_INPUT_RANGE', `--outcome: expected one of ${TICKET_OUTCOMES.join(', ')}`)
    const { statement } = options
    const ledgerIndex = await answer(home, requireTicketId(id), {
      outcome,
      ...(statement === undefined ? {} : { statement: readInput(statement).toString('utf8') }),
    })
    output.result({ outcome, ledgerIndex }, [
      [`answered, entry ${ledgerIndex}`, `已答复，账本第 ${ledgerIndex} 条`],
    ])
  },
})
