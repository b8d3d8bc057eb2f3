import { closeOverdue, drawAuditSample } from '../../association/audit-sample.ts'
import { openAssociationLedger } from '../../association/ledger.ts'
import { openLedgerAccess } from '../../ledger/access.ts'
import { type DueIntent, dueIntents } from '../../ledger/due-intents.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly list?: boolean
  readonly close?: boolean
}

export const auditSample = verb<Options>({
  usage: 'audit-sample',
  summary: [
    'draw inquiries to be opened, by a cosigned checkpoint, as association or regulator; list what is due, as anybody',
    '协会或监管方：以会签检查点为信标抽取待打开的查询；任何成员：列出到期项',
  ],
  examples: [
    'mixun audit-sample --home ./association',
    'mixun audit-sample --close --home ./association --json',
    'mixun audit-sample --list --home ./jia',
  ],
  options: [
    { flags: '--list', text: ['list only, draw nothing', '仅列出，不抽取'] },
    {
      flags: '--close',
      text: ['put on record what was not opened by its deadline', '将逾期未打开者记入账本'],
    },
  ],
  action: async ({ options, home: open, output }) => {
    const home = await open()
    if (options.list === true) {
      await using access = await openLedgerAccess(home)
      const due = await dueIntents(access.registry, access.ledger, Date.now())
      return output.result({ due }, dueLines(due))
    }
    if (home.config.party.role === 'regulator' && options.close !== true) {
      await using access = await openLedgerAccess(home)
      const { ledger, registry } = access
      const drawn = await drawAuditSample(home, {
        registry,
        append: entry => ledger.append(entry),
        cosign: note => ledger.cosign(note),
      })
      return output.result({ drawn }, [drawnLine(drawn)])
    }
    const ledger = openAssociationLedger(home)
    try {
      const drawn = await drawAuditSample(home, ledger)
      const findings = options.close === true ? await closeOverdue(home, ledger, Date.now()) : []
      const due = await dueIntents(ledger.registry, ledger, Date.now())
      output.result({ drawn, findings, due }, [
        drawnLine(drawn),
        ...findings.map(
          ({ inquirer, intentId, penalty, isSuspensionProposed }): Phrase => [
            `not opened: ${intentId} of ${inquirer}; ${penalty} points${isSuspensionProposed ? '; decide on its suspension: mixun member' : ''}`,
            `逾期未打开：${inquirer} 的 ${intentId}；扣 ${penalty} 分${isSuspensionProposed ? '；请决定是否暂停其资格：mixun member' : ''}`,
          ],
        ),
        ...dueLines(due),
      ])
    } finally {
      await ledger.close()
    }
  },
})

function drawnLine(drawn: { readonly from: number; readonly to: number } | null): Phrase {
  if (drawn === null) {
    return [
      'nothing was drawn: no firm has cosigned since the commitment to this draw; try again in a moment',
      '未抽取：自本次承诺以来尚无成员会签，请稍后重试',
    ]
  }
  const { from, to } = drawn
  return [`drew from entries ${from} to ${to - 1}`, `已从第 ${from} 至 ${to - 1} 条中抽取`]
}

function dueLines(due: readonly DueIntent[]): Phrase[] {
  const lines = (overdue: string) =>
    formatTable(
      due.map(({ intentId, inquirer, deadline, isOverdue }) => [
        intentId,
        inquirer,
        new Date(deadline).toISOString(),
        isOverdue ? overdue : '',
      ]),
    )
  const chinese = lines('已逾期')
  const summary: Phrase = [`${due.length} inquiries to be opened`, `待打开的查询 ${due.length} 笔`]
  return [summary, ...lines('overdue').map((line, i): Phrase => [line, chinese[i] as string])]
}
