import { answerToJson } from '@mixun/sdk'
import { checkPerson } from '../../../sandbox/check.ts'
import { SandboxFolder } from '../../../sandbox/folder.ts'
import { personNamed } from '../../../sandbox/people.ts'
import { answerLines } from '../../answer-lines.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

interface Options extends SandboxOptions {
  readonly as?: string
}

export const check = verb<Options>({
  usage: 'check <person>',
  isHomeless: true,
  summary: [
    'register a consent of person 1 to 9 and ask all firms',
    '登记示例人员 1 至 9 的授权并向所有机构查询',
  ],
  examples: ['mixun sandbox check 1 --dir ./sandbox', 'mixun sandbox check 9 --as yi --dir ./sandbox --json'],
  options: [
    DIR_OPTION,
    { flags: '--as <firm>', text: ['who asks; the first firm by default', '查询机构，默认第一家'] },
  ],
  action: async ({ arguments: [person], options, output }) => {
    const folder = SandboxFolder.open(options.dir)
    const asker = folder.requireFirm(options.as ?? (folder.plan.firms[0] as string))
    const answer = await checkPerson(folder, personNamed(person), asker)
    output.result(answerToJson(answer), answerLines(answer))
  },
})
