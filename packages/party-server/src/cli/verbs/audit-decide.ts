import { writeFileSync } from 'node:fs'
import { fail } from '@mixun/core/errors'
import { decideOpening, keptOpening, replayKept } from '../../association/audit-openings.ts'
import { requireIntentId } from '../../association/audit-sample.ts'
import { openAssociationLedger } from '../../association/ledger.ts'
import { destroyFile } from '@mixun/sdk/home'
import { openLedgerAccess } from '../../ledger/access.ts'
import { requireOperator } from '../options.ts'
import { replayLines, TABLES_OPTION } from '../replay-lines.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
  readonly document?: string
  readonly decision?: string
  readonly erase?: boolean
  readonly tables?: string
}

export const auditDecide = verb<Options>({
  usage: 'audit-decide <intent-id>',
  summary: [
    'look at an opened inquiry and its document, and run a joint query again, as association or regulator; decide, as the association',
    '协会或监管方：查看已打开的查询及授权书，重演联合查询；协会：作出结论',
  ],
  examples: [
    'mixun audit-decide 5f0c… --operator wang.fang --document signed.pdf --home ./association',
    'mixun audit-decide 5f0c… --operator wang.fang --decision genuine --home ./association',
    'mixun audit-decide 5f0c… --operator he.jun --erase --home ./bureau',
  ],
  options: [
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
    {
      flags: '--document <file>',
      text: ['write the document here (mode 600)', '授权书输出文件（权限 600）'],
    },
    {
      flags: '--decision <genuine|forged>',
      text: ['what the document shows', '结论：genuine 属实，forged 伪造'],
    },
    TABLES_OPTION,
    {
      flags: '--erase',
      text: [
        'without a decision: erase the opening after it was shown',
        '不作结论时：查看后删除已打开的内容',
      ],
    },
  ],
  action: async ({ options, home: open, output, arguments: [id] }) => {
    const home = await open()
    requireOperator(home, 'checkers', options.operator)
    const intentId = requireIntentId(id)
    const { decision } = options
    if (decision === undefined) {
      await using access = await openLedgerAccess(home)
      const kept = keptOpening(home, access.registry, intentId)
      const { inquirer, subject, document } = kept
      if (options.document !== undefined) writeFileSync(options.document, document, { mode: 0o600 })
      const replay = await replayKept(home, access.registry, kept, options.tables)
      if (options.erase === true) destroyFile(home.paths.auditOpening(id as string))
      const about = { inquirer, idType: subject.idType, idNumber: subject.reveal() }
      return output.result(replay === null ? about : { ...about, replay }, [
        [
          `${inquirer} asked about ${subject.idType} ${subject.reveal()}: does the document name this person?`,
          `${inquirer} 查询主体 ${subject.idType} ${subject.reveal()}：授权书是否由其签署？`,
        ],
        ...replayLines(replay),
      ])
    }
    const ledger = openAssociationLedger(home)
    try {
      const { document } = keptOpening(home, ledger.registry, intentId)
      if (options.document !== undefined) writeFileSync(options.document, document, { mode: 0o600 })
      if (decision !== 'genuine' && decision !== 'forged') {
        return fail('ERR_INPUT_RANGE', '--decision: expected genuine or forged')
      }
      const result = await decideOpening(home, ledger, intentId, decision, options.tables)
      output.result({ decision, ...result }, [
        [
          `${decision}, entry ${result.ledgerIndex}; ${result.penalty} points${result.isSuspensionProposed ? '; decide on the suspension: mixun member' : ''}`,
          `结论 ${decision}，账本第 ${result.ledgerIndex} 条；扣 ${result.penalty} 分${result.isSuspensionProposed ? '；请决定是否暂停其资格：mixun member' : ''}`,
        ],
      ])
    } finally {
      await ledger.close()
    }
  },
})
