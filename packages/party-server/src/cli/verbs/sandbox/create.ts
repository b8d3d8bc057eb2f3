import { fail } from '@mixun/core/errors'
import { createSandbox, FIRM_COUNT, type SandboxStep } from '../../../sandbox/create.ts'
import { sandboxStatus } from '../../../sandbox/status.ts'
import type { Phrase } from '../../language.ts'
import { parseSuite, SUITE_OPTION } from '../../options.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

interface Options extends SandboxOptions {
  readonly firms: string
  readonly suite: string
}

const STEPS: Record<SandboxStep, Phrase> = {
  found: ['founds the consortium', '创建联盟'],
  admit: ['is admitted', '获准入'],
  import: ['imports its records', '导入违约记录'],
  publish: ['seals and commits to its tables', '构建并承诺密封表'],
  serve: ['serves', '开始提供服务'],
}

export const create = verb<Options>({
  usage: 'create',
  isHomeless: true,
  summary: [
    'make a consortium on this machine, with example data and running daemons; takes about half a minute',
    '在本机创建带示例数据和守护进程的联盟，约半分钟',
  ],
  examples: [
    'mixun sandbox create --dir ./sandbox',
    'mixun sandbox create --dir ./sandbox --firms 3 --suite sm',
  ],
  options: [
    DIR_OPTION,
    {
      flags: '--firms <number>',
      text: [
        `firms, ${FIRM_COUNT.min} to ${FIRM_COUNT.max}`,
        `机构数，${FIRM_COUNT.min} 至 ${FIRM_COUNT.max}`,
      ],
      value: '4',
    },
    SUITE_OPTION,
  ],
  action: async ({ options, output }) => {
    const folder = await createSandbox({
      folder: options.dir,
      firms: parseFirms(options.firms),
      suite: parseSuite(options.suite),
      onStep: (step, party) => output.progress([`${party} ${STEPS[step][0]}`, `${party} ${STEPS[step][1]}`]),
    })
    output.endProgress()
    output.result(sandboxStatus(folder), [
      [
        `${folder.parties.length} parties serve in ${folder.root}`,
        `${folder.parties.length} 方已在 ${folder.root} 运行`,
      ],
      [
        `next: mixun sandbox check 1 --dir ${options.dir}; mixun sandbox destroy ends it`,
        `下一步：mixun sandbox check 1 --dir ${options.dir}；mixun sandbox destroy 结束`,
      ],
    ])
  },
})

/** @throws ERR_INPUT_RANGE */
function parseFirms(text: string): number {
  const { min, max } = FIRM_COUNT
  const firms = Number(text)
  if (Number.isInteger(firms) && firms >= min && firms <= max) return firms
  return fail('ERR_INPUT_RANGE', `--firms: expected ${min} to ${max}, found ${text.slice(0, 40)}`)
}
