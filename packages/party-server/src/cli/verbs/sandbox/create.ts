import { fail } from '@mixun/core/errors'
import { createSandbox, FIRM_COUNT, type SandboxStep } from '../../../sandbox/create.ts'
import { sandboxStatus } from '../../../sandbox/status.ts'
import type { SandboxFolder } from '../../../sandbox/folder.ts'
import type { Phrase } from '../../language.ts'
import { parseSuite, SUITE_OPTION } from '../../options.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

interface Options extends SandboxOptions {
  readonly firms: string
  readonly suite: string
  readonly processes?: string
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
    'mixun sandbox create --dir ./sandbox --firms 100 --processes 4',
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
    {
      flags: '--processes <number>',
      text: [
        "spread the firms' daemons over so many processes, for many firms; one each by default",
        '机构守护进程分布的进程数，用于机构众多时；默认各用一个进程',
      ],
    },
    SUITE_OPTION,
  ],
  action: async ({ options, output }) => {
    const folder = await createSandbox({
      folder: options.dir,
      firms: parseNumber('--firms', options.firms, FIRM_COUNT),
      processes:
        options.processes === undefined
          ? null
          : parseNumber('--processes', options.processes, { min: 1, max: FIRM_COUNT.max }),
      suite: parseSuite(options.suite),
      onStep: (step, party) => output.progress([`${party} ${STEPS[step][0]}`, `${party} ${STEPS[step][1]}`]),
    })
    output.endProgress()
    output.result(sandboxStatus(folder), [
      [
        `${folder.parties.length} parties serve in ${folder.root}`,
        `${folder.parties.length} 方已在 ${folder.root} 运行`,
      ],
      ...nextSteps(folder, options.dir),
    ])
  },
})

/** @throws ERR_INPUT_RANGE */
function parseNumber(option: string, text: string, { min, max }: typeof FIRM_COUNT): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= min && number <= max) return number
  return fail('ERR_INPUT_RANGE', `${option}: expected ${min} to ${max}, found ${text.slice(0, 40)}`)
}

/** What to try, as complete commands, and how any other verb gets at a home. */
function nextSteps(folder: SandboxFolder, dir: string): Phrase[] {
  const [firm] = folder.plan.firms as [string]
  const steps: [command: string, ...what: Phrase][] = [
    [`mixun sandbox status --dir ${dir}`, 'who reported whom', '各人员由哪些机构报送'],
    [
      `mixun sandbox check 1 --dir ${dir}`,
      `${firm} asks all firms about person 1`,
      `${firm} 向所有机构查询人员 1`,
    ],
    [
      `MIXUN_PASSPHRASE_FILE=${folder.passphraseFile(firm)} mixun doctor --home ${folder.home(firm)}`,
      'any verb, on the home of a firm',
      '在某机构主目录执行任意命令',
    ],
    [`mixun sandbox destroy --dir ${dir}`, 'stop all and remove it', '停止并删除沙盒'],
  ]
  const lines = steps.map(([command, en, zh]): Phrase => [`  ${command}  # ${en}`, `  ${command}  # ${zh}`])
  return [['next:', '下一步：'], ...lines]
}
