import { publishCorrection as publish } from '../../../sandbox/correction.ts'
import { SandboxFolder } from '../../../sandbox/folder.ts'
import { personNamed } from '../../../sandbox/people.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

export const publishCorrection = verb<SandboxOptions>({
  usage: 'publish-correction <person>',
  isHomeless: true,
  summary: [
    'have the firm that reported a person withdraw the record and release the delta',
    '由报送机构撤销该人员的记录并发布增量',
  ],
  examples: ['mixun sandbox publish-correction 1 --dir ./sandbox'],
  options: [DIR_OPTION],
  action: async ({ arguments: [person], options, output }) => {
    const { firm, version } = await publish(SandboxFolder.open(options.dir), personNamed(person))
    output.result({ firm, version }, [
      [
        `${firm} withdrew the record; its tables are at version ${version}`,
        `${firm} 已撤销记录，密封表版本 ${version}`,
      ],
    ])
  },
})
