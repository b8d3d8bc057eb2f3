import { auditOpening, verifyOpenedEvidence } from '@mixun/sdk'
import { inquiryOpeningSchema } from '@mixun/sdk/audit'
import { recordToJson } from '@mixun/sdk/answers'
import { openLedgerAccess } from '../../ledger/access.ts'
import { replayJointOpening } from '../../association/joint-replay.ts'
import { readInput, readJson, sessionsFile } from '../files.ts'
import { replayLines, TABLES_OPTION } from '../replay-lines.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly document: string
  readonly tables?: string
}

export const auditInquiry = verb<Options>({
  usage: 'audit-inquiry <opening>',
  summary: [
    'check an opened inquiry against the ledger and the consent document, and run a joint query again, as auditor',
    '审计：将已打开的查询与账本及授权书核对；联合查询另行重演',
  ],
  examples: ['mixun audit-inquiry opening.json --document signed.pdf --home ./association'],
  options: [
    { flags: '--document <file>', text: ['the signed authorisation', '已签署的授权书'], required: true },
    TABLES_OPTION,
  ],
  action: async context => {
    const { options, output } = context
    const home = await context.home()
    await using access = await openLedgerAccess(home)
    const { registry, ledger } = access
    const file = readJson(context.arguments[0] as string)
    const opened = openedEvidence(file)
    const proven = opened === null ? null : await verifyOpenedEvidence(opened, registry, ledger)
    const audited = await auditOpening(opened?.opening ?? file, readInput(options.document), registry, ledger)
    const opening = inquiryOpeningSchema.parse(opened?.opening ?? file)
    const replay =
      opening.joint === null
        ? null
        : await replayJointOpening(
            home,
            registry,
            { opening, sessions: readInput(sessionsFile(context.arguments[0] as string)) },
            options.tables,
          )
    const missing = proven?.missing.map(each => `${each.party}/${each.class}`).join(', ') || '-'
    const records = proven?.records.map(recordToJson) ?? null
    const joint = replay === null ? {} : { replay }
    const proof = records === null ? {} : { records, missing: proven?.missing }
    output.result({ ...audited, ...proof, ...joint }, [
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
      ...replayLines(replay),
    ])
  },
})

function openedEvidence(file: unknown): { readonly opening: unknown } | null {
  return typeof file === 'object' && file !== null && 'opening' in file && 'evidence' in file ? file : null
}
