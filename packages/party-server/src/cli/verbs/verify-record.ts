import { recordToJson } from '@mixun/sdk/answers'
import { Mixun } from '@mixun/sdk'
import { writeOutput } from '../files.ts'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly party: string
  readonly class: string
  readonly operator: string
  readonly out: string
}

export const verifyRecord = verb<Options>({
  usage: 'verify-record <request-id>',
  summary: [
    'have a provider prove what its table holds about the subject of an inquiry; tells it whom you asked about',
    '真实性验证：要求提供方证明其数据表所含记录；将向其披露查询主体',
  ],
  examples: [
    'mixun verify-record credit-2026-000123 --party yi --class B --operator wang.fang --out proof.json --home ./jia',
  ],
  options: [
    { flags: '--party <id>', text: ['the provider', '数据提供方'], required: true },
    { flags: '--class <class>', text: ['A, B or C', '数据类别'], required: true },
    { flags: '--operator <name>', text: ['the checker', '复核操作员'], required: true },
    {
      flags: '--out <file>',
      text: ['where the proof goes (mode 600); it names the subject', '证明文件（权限 600），含主体信息'],
      required: true,
    },
  ],
  action: async ({ options, home, output, arguments: [requestId] }) => {
    const opened = await home()
    requireOperator(opened, 'checkers', options.operator)
    await using mixun = await Mixun.open(opened)
    const { party, class: className, out } = options
    const { records, proof } = await mixun.verifyRecord(requestId as string, { party, class: className })
    writeOutput(out, proof, { secret: true })
    output.result({ proof: out, records: records.map(recordToJson) }, [
      [
        `${party} proved ${records.length} records in class ${className}; ${out} written`,
        `${party} 已证明 ${className} 类共 ${records.length} 条记录；已写入 ${out}`,
      ],
    ])
  },
})
