import { join } from 'node:path'
import { auditJointQuery } from '@mixun/sdk/joint'
import { openLedgerAccess } from '../../ledger/access.ts'
import { readInput, readJson } from '../files.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly tables: string
}

export const auditJoint = verb<Options>({
  usage: 'audit-joint <opening>',
  summary: [
    'run an opened joint query again: whether its inquirer asked every firm about one and the same subject, as auditor',
    '审计：重演已打开的联合查询，核对查询方是否向每家机构查询同一主体',
  ],
  examples: ['mixun audit-joint joint-opening.json --tables ./jia/tables --home ./association'],
  options: [
    {
      flags: '--tables <folder>',
      text: ['joint tables as they were downloaded, checked here', '下载的联合查询数据表目录（将在此校验）'],
      required: true,
    },
  ],
  action: async context => {
    const { options, output } = context
    await using access = await openLedgerAccess(await context.home())
    const audited = auditJointQuery(
      readJson(context.arguments[0] as string),
      access.registry,
      (provider, version) => readInput(join(options.tables, `${provider}-joint-${version}.table`)),
    )
    const { inquirer, firms, dataset } = audited
    output.result(audited, [
      [
        `consistent: ${inquirer} asked ${firms} firms about one subject, ${dataset}`,
        `一致：${inquirer} 就同一主体向 ${firms} 家机构查询 ${dataset}`,
      ],
    ])
  },
})
