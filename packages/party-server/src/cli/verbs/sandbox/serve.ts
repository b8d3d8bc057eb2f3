import { SandboxFolder } from '../../../sandbox/folder.ts'
import { runDaemons } from '../../run-daemons.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

export const serve = verb<SandboxOptions>({
  usage: 'serve <parties>',
  isHomeless: true,
  summary: [
    'run the daemons of these parties in this process; start does so in the background',
    '在本进程运行指定各方的守护进程；start 在后台执行此命令',
  ],
  examples: ['mixun sandbox serve jia,yi --dir ./sandbox'],
  options: [DIR_OPTION],
  action: async ({ arguments: [parties], options, output }) => {
    const folder = SandboxFolder.open(options.dir)
    const ids = (parties as string).split(',').map(id => folder.requireParty(id))
    const homes = ids.map(id => folder.openHome(id))
    try {
      await runDaemons(homes, 'info', serving =>
        output.result(
          { serving },
          serving.map(({ party, port }) => [
            `${party} is serving on port ${port}`,
            `${party} 正在端口 ${port} 提供服务`,
          ]),
        ),
      )
    } finally {
      for (const home of homes) home[Symbol.dispose]()
    }
  },
})
