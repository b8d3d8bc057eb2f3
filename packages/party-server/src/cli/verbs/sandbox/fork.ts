import { SandboxFolder } from '../../../sandbox/folder.ts'
import { forkLedger } from '../../../sandbox/fork.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

interface Options extends SandboxOptions {
  readonly witness?: string
}

export const fork = verb<Options>({
  usage: 'fork',
  isHomeless: true,
  summary: [
    "have the association sign a second history of the ledger; a firm's mirror finds it and keeps the proof",
    '让协会签署第二份账本历史；某机构的镜像将发现分叉并保存证据',
  ],
  examples: ['mixun sandbox fork --dir ./sandbox', 'mixun sandbox fork --witness yi --dir ./sandbox'],
  options: [
    DIR_OPTION,
    {
      flags: '--witness <firm>',
      text: ['whose mirror meets both; the first firm by default', '见证机构，默认第一家'],
    },
  ],
  action: async ({ options, output }) => {
    const folder = SandboxFolder.open(options.dir)
    const witness = folder.requireFirm(options.witness ?? (folder.plan.firms[0] as string))
    const evidence = await forkLedger(folder, witness)
    output.result({ witness, evidence }, [
      [`${witness} found the fork and stopped using this ledger`, `${witness} 已发现分叉并停止使用该账本`],
      [`evidence: ${evidence.join(', ')}`, `证据：${evidence.join('、')}`],
      [
        'next: move the evidence away and restart the firm, when a person has looked at it',
        '下一步：人工核查后移走证据并重启该机构',
      ],
    ])
  },
})
