import { auditOpening, verifyOpenedEvidence } from '@mixun/sdk'
import { recordToJson } from '@mixun/sdk/answers'
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
    const { registry, ledger } = access
    const file = readJson(context.arguments[0] as string)
    const opened = openedEvidence(file)
    const proven = opened === null ? null : await verifyOpenedEvidence(opened, registry, ledger)
    const audited = await auditOpening(opened?.opening ?? file, readInput(options.document), registry, ledger)
    const missing = proven?.missing.map(each => `${each.party}/${each.class}`).join(', ') || '-'
    const records = proven?.records.map(recordToJson) ?? null
    output.result(records === null ? audited : { ...audited, records, missing: proven?.missing }, [
      [
        `consistent: asked by ${audited.inquirer} for ${audited.purpose}, entry ${audited.recordedAtIndex} of ${audited.treeSize}`,
        `一致：由 ${audited.inquirer} 为 ${audited.purpose} 查询，账本第 ${audited.recordedAtIndex} 条（共 ${audited.treeSize} 条）`,
      ],
      ...(records === null
        ? []
        : [
            [
              `proven: ${records.length} records of this person; not evaluated: ${missing}`,
              `已证明：该主体共 ${records.length} 条记录；未求值：${missing}`,
            ] as const,
          ]),
    ])
  },
})

function openedEvidence(file: unknown): { readonly opening: unknown } | null {
  return typeof file === 'object' && file !== null && 'opening' in file && 'evidence' in file ? file : null
}
