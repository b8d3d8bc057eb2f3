import { rmSync } from 'node:fs'
import { SandboxFolder } from '../../../sandbox/folder.ts'
import { stopDaemon } from '../../../sandbox/processes.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

export const destroy = verb<SandboxOptions>({
  usage: 'destroy',
  isHomeless: true,
  summary: ['stop all daemons of a sandbox and remove its folder', '停止全部守护进程并删除沙盒目录'],
  examples: ['mixun sandbox destroy --dir ./sandbox'],
  options: [DIR_OPTION],
  action: async ({ options, output }) => {
    const folder = SandboxFolder.open(options.dir)
    await Promise.all(folder.groups.map(([party]) => stopDaemon(folder, party as string)))
    rmSync(folder.root, { recursive: true })
    output.result({ destroyed: folder.root }, [[`removed ${folder.root}`, `已删除 ${folder.root}`]])
  },
})
