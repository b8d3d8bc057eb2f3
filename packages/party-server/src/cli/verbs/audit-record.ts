import { recordToJson } from '@mixun/sdk/answers'
import { verifyRecordProof } from '@mixun/sdk/audit'
import { openLedgerAccess } from '../../ledger/access.ts'
import { readJson } from '../files.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const auditRecord = verb<CommonOptions>({
  usage: 'audit-record <proof>',
  summary: [
    "check a record's proof against the ledger, as any member or the association",
    '任何成员或协会：将记录证明与账本核对',
  ],
  examples: ['mixun audit-record proof.json --home ./association'],
  options: [],
  action: async ({ arguments: [file], home, output }) => {
    await using access = await openLedgerAccess(await home())
    const {
      provider,
      class: className,
      epoch,
      version,
      committedAt,
      records,
    } = verifyRecordProof(readJson(file as string), access.registry)
    const at = new Date(committedAt).toISOString()
    const table = { provider, class: className, epoch, version, committedAt: at }
    output.result({ ...table, records: records.map(recordToJson) }, [
      [
        `consistent: ${provider} committed to ${records.length} records of this person in class ${className}, epoch ${epoch}, version ${version}, at ${at}`,
        `一致：${provider} 于 ${at} 承诺该主体 ${className} 类（第 ${epoch} 期第 ${version} 版）共 ${records.length} 条记录`,
      ],
    ])
  },
})
