import { chinaDateOf, parseIsoDate } from '@mixun/core/domain'
import { importBatch } from '../../stores/import-batch.ts'
import { requireFile } from '../files.ts'
import { requireOperator } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly profile: string
  readonly operator: string
  readonly asOf?: string
}

export const importExport = verb<Options>({
  usage: 'import <file>',
  summary: ['import an export of default records, as maker', '经办：导入违约记录文件'],
  examples: [
    'mixun import exports/jia.csv --profile jia --operator li.na --home ./jia',
    'mixun import export.csv --profile ./our-layout.toml --operator li.na --as-of 2026-06-30 --json',
  ],
  options: [
    {
      flags: '--profile <name>',
      text: ['built-in profile, or a .toml file', '内置模板名或 .toml 文件'],
      required: true,
    },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
    { flags: '--as-of <date>', text: ['date the rules apply to; today by default', '规则基准日，默认当日'] },
  ],
  action: async context => {
    const { options, output } = context
    const home = await context.home()
    home.requireRole('firm', 'association')
    const file = context.arguments[0] as string
    const maker = requireOperator(home, 'makers', options.operator)
    const asOf = options.asOf === undefined ? chinaDateOf(Date.now()) : parseIsoDate(options.asOf)
    requireFile(file)
    const imported = await importBatch(home, {
      file,
      profile: options.profile,
      maker,
      asOf,
      onProgress: (rows, bytes, totalBytes) =>
        output.progress([
          `${rows} rows, ${percent(bytes, totalBytes)}`,
          `${rows} 行，${percent(bytes, totalBytes)}`,
        ]),
    })
    output.endProgress()
    const { batch, rows, accepted, published, late, findings } = imported
    output.result(imported, [
      [
        `batch ${batch}: ${rows} rows, ${accepted} accepted (${published} to publish, ${late} late), ${rows - accepted} rejected`,
        `批次 ${batch}：${rows} 行，接受 ${accepted}（待发布 ${published}，迟报 ${late}），拒绝 ${rows - accepted}`,
      ],
      [`findings: ${findings}`, `问题清单：${findings}`],
      [
        `next: a checker runs mixun review ${batch} and mixun approve ${batch}`,
        `下一步：由复核员执行 mixun review ${batch} 与 mixun approve ${batch}`,
      ],
    ])
  },
})

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))}%`
}
