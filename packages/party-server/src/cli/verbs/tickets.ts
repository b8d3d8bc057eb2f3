import { Mixun } from '@mixun/sdk'
import type { Home } from '@mixun/sdk/home'
import { closeTickets, listTickets, type TicketLine } from '../../ledger/tickets.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly fetch?: string
  readonly deliver?: string
  readonly reportRows?: boolean
  readonly close?: boolean
}

export const tickets = verb<Options>({
  usage: 'tickets',
  summary: [
    'list disputes and challenges with deadlines, answers and notices; fetch answers',
    '列出异议与质询工单、期限、答复与更正通知；获取答复',
  ],
  examples: [
    'mixun tickets --home ./jia',
    'mixun tickets --fetch 5f0c… --home ./jia',
    'mixun tickets --report-rows --home ./jia',
    'mixun tickets --close --home ./association --json',
  ],
  options: [
    { flags: '--fetch <id>', text: ['fetch the answer to an own ticket', '获取本机构工单的答复'] },
    { flags: '--deliver <id>', text: ['deliver an own ticket again', '重新送达本机构工单'] },
    {
      flags: '--report-rows',
      text: [
        'report rows of earlier days that did not open to the association',
        '将此前无法解密的行汇总报告协会',
      ],
    },
    {
      flags: '--close',
      text: ['end what was not answered in time, as the association', '协会：终止逾期未答复的工单'],
    },
  ],
  action: async ({ options, home: open, output }) => {
    const first = await open()
    const isFirm = first.config.party.role === 'firm'
    // The client closes the home that it is given.
    const own = isFirm ? await ofFirm(first, options) : { notices: [], reported: null }
    const home = isFirm ? await open() : first
    const closed = options.close === true ? await closeTickets(home, Date.now()) : []
    const lines = await listTickets(home, Date.now())
    output.result({ tickets: lines, closed, ...own }, [
      ...closed.map(
        ({ ticketId, addressee, penalty }): Phrase => [
          `expired: ${ticketId} of ${addressee}; ${penalty} points`,
          `逾期：${addressee} 的 ${ticketId}；扣 ${penalty} 分`,
        ],
      ),
      ...ticketLines(lines),
      ...own.notices.map(
        ({ requestId, provider, outcome }): Phrase => [
          `notice: ${provider} has ${outcome} a record that ${requestId} found`,
          `通知：${requestId} 查得的记录已由 ${provider} ${outcome === 'withdrawn' ? '撤回' : '更正'}`,
        ],
      ),
    ])
  },
})

async function ofFirm(home: Home, options: Options) {
  await using mixun = await Mixun.open(home)
  if (options.deliver !== undefined) await mixun.tickets.deliver(options.deliver)
  if (options.fetch !== undefined) await mixun.tickets.fetch(options.fetch)
  const reported = options.reportRows === true ? await mixun.tickets.reportRows() : null
  return { notices: mixun.tickets.notices(), reported }
}

function ticketLines(lines: readonly TicketLine[]): Phrase[] {
  const table = formatTable(
    lines.map(({ ticketId, about, author, addressee, state, outcome, deadline, isOverdue, answer }) => [
      ticketId,
      about,
      `${author} → ${addressee}`,
      outcome ?? (isOverdue ? 'overdue' : state),
      new Date(deadline).toISOString(),
      answer ?? '',
    ]),
  )
  return table.map((line): Phrase => [line, line])
}
