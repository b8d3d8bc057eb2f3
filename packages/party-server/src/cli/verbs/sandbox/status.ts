import { SandboxFolder } from '../../../sandbox/folder.ts'
import { sandboxStatus } from '../../../sandbox/status.ts'
import type { Phrase } from '../../language.ts'
import { formatTable } from '../../output.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

export const status = verb<SandboxOptions>({
  usage: 'status',
  isHomeless: true,
  summary: [
    'show who serves, who holds evidence of a fork, and who reported whom',
    '显示运行状态、分叉证据与示例人员',
  ],
  examples: ['mixun sandbox status --dir ./sandbox'],
  options: [DIR_OPTION],
  action: ({ options, output }) => {
    const now = sandboxStatus(SandboxFolder.open(options.dir))
    const people = now.reporters.map((reporters, i) => [
      String(i + 1),
      reporters.length === 0 ? '-' : reporters.join(', '),
    ])
    const tableOf = (
      parties: readonly string[],
      person: string,
      states: readonly [string, string, string],
    ) => {
      const rows = now.parties.map(({ party, isServing, forkEvidence, home }) => {
        const state = forkEvidence.length > 0 ? states[2] : isServing ? states[0] : states[1]
        return [party, state, home]
      })
      return [...formatTable([[...parties], ...rows]), '', ...formatTable([person.split('|'), ...people])]
    }
    const english = tableOf(['party', 'state', 'home'], 'person|reported by', [
      'serving',
      'stopped',
      'holds a fork',
    ])
    const chinese = tableOf(['机构', '状态', '主目录'], '人员|报送机构', ['运行中', '已停止', '持有分叉证据'])
    output.result(
      now,
      english.map((line, i): Phrase => [line, chinese[i] as string]),
    )
  },
})
