import { auditOpening } from '@mixun/sdk'
import { openLedgerAccess } from '../../ledger/access.ts'
import { readInput, readJson } from '../files.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly document: string
}

export const auditInquiry = verb<Options>({
  usage: 'audit-inquiry <opening>',
  summary: [
    'check an opened inquiry against the ledger and the consent document, as auditor',
    '审计：将已打开的查询与账本及授权书核对',
  ],
  examples: ['mixun audit-inquiry opening.json --document signed.pdf --home ./association'],
  options: [
    { flags: '--document <file>', text: ['the signed authorisation', '已签署的授权书'], required: true },
  ],
  action: async context => {
    const { options, output } = context
    await using access = await openLedgerAccess(await context.home())
    const opening = readJson(context.arguments[0] as string)
    const audited = await auditOpening(opening, readInput(options.document), access.registry, access.ledger)
    output.result(audited, [
      [
        `consistent: asked by ${audited.inquirer} for ${audited.purpose}, entry ${audited.recordedAtIndex} of ${audited.treeSize}`,
        `一致：由 ${audited.inquirer} 为 ${audited.purpose} 查询，账本第 ${audited.recordedAtIndex} 条（共 ${audited.treeSize} 条）`,
      ],
    ])
  },
})
