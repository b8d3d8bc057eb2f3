import { createReadStream, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { toHex } from '@mixun/core/bytes'
import { chinaDateOf, parseIsoDate } from '@mixun/core/domain'
import { durabilityPoint } from '@mixun/core/durability'
import { syncFolder } from '@mixun/sdk/home'
import { localPolicy } from '../../ledger/local-policy.ts'
import { loadProfile } from '../../profiles/index.ts'
import { importRows } from '../../records/index.ts'
import { openVault } from '@mixun/sdk/store'
import { openBatches } from '../../stores/open.ts'
import { reportedBefore } from '../../stores/reported-before.ts'
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
    const profile = await loadProfile(options.profile)
    requireFile(file)
    const policy = await localPolicy(home)
    const vault = openVault(home)
    using batches = openBatches(home)
    const isKnown = policy.calendar === null ? () => false : reportedBefore(home.identity.suite, batches)
    const batch = batches.begin({
      fileName: basename(file),
      profile: options.profile,
      asOf,
      maker,
      isFull: profile.export === 'full',
    })
    const findingsFile = home.paths.findings(batch.id)
    const temporary = `${findingsFile}.${process.pid}.tmp`
    const findings = await open(temporary, 'w', 0o600)
    let isKept = false
    try {
      await findings.write('row,line,field,reason\n')
      const totalBytes = statSync(file).size
      const summary = await importRows(profile, createReadStream(file), {
        asOf,
        saltOf: digest => vault.index('source-salt', digest),
        reporter: home.identity.partyId,
        suite: home.identity.suite,
        policy,
        reportedOn: chinaDateOf(Date.now()),
        isKnown,
        onAccepted: ({ dataRow, published, imported }) => batch.add(dataRow, published, imported),
        onFinding: async ({ dataRow, line, field, reason }) => {
          await findings.write(`${dataRow},${line},${field},${reason}\n`)
        },
        onProgress: ({ rows, bytes }) =>
          output.progress([
            `${rows} rows, ${percent(bytes, totalBytes)}`,
            `${rows} 行，${percent(bytes, totalBytes)}`,
          ]),
      })
      await findings.sync()
      durabilityPoint('file/synced', findingsFile)
      renameSync(temporary, findingsFile)
      durabilityPoint('file/renamed', findingsFile)
      // Before the commit: a batch that is there has its findings.
      syncFolder(dirname(findingsFile))
      const { rows, accepted, published, late, rejected } = summary
      batch.commit(toHex(summary.fileDigest), { rows, accepted, published, late, rejected })
      isKept = true
      output.endProgress()
      output.result({ batch: batch.id, rows, accepted, published, late, rejected, findings: findingsFile }, [
        [
          `batch ${batch.id}: ${rows} rows, ${accepted} accepted (${published} to publish, ${late} late), ${rows - accepted} rejected`,
          `批次 ${batch.id}：${rows} 行，接受 ${accepted}（待发布 ${published}，迟报 ${late}），拒绝 ${rows - accepted}`,
        ],
        [`findings: ${findingsFile}`, `问题清单：${findingsFile}`],
        [
          `next: a checker runs mixun review ${batch.id} and mixun approve ${batch.id}`,
          `下一步：由复核员执行 mixun review ${batch.id} 与 mixun approve ${batch.id}`,
        ],
      ])
    } finally {
      // Before the rollback, which lets another import have this batch's number.
      if (!isKept) for (const left of [temporary, findingsFile]) rmSync(left, { force: true })
      batch.rollback()
      await findings.close()
    }
  },
})

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))}%`
}
