import { SandboxFolder } from '../../../sandbox/folder.ts'
import { startDaemon, stopDaemon } from '../../../sandbox/processes.ts'
import { sandboxStatus } from '../../../sandbox/status.ts'
import { verb } from '../../verb.ts'
import { DIR_OPTION, type SandboxOptions } from './options.ts'

export const start = verb<SandboxOptions>({
  usage: 'start [party]',
  isHomeless: true,
  summary: ["start one party's daemon, or all that are not running", '启动一方或全部未运行的守护进程'],
  examples: ['mixun sandbox start --dir ./sandbox', 'mixun sandbox start yi --dir ./sandbox'],
  options: [DIR_OPTION],
  action: async ({ arguments: [party], options, output }) => {
    const folder = SandboxFolder.open(options.dir)
    const chosen = party === undefined ? folder.groups : [folder.groupOf(folder.requireParty(party))]
    await Promise.all(
      chosen.map(async ([id]) => {
        await startDaemon(folder, id as string)
        output.progress([`${id} serves`, `${id} 已启动`])
      }),
    )
    output.endProgress()
    const { parties } = sandboxStatus(folder)
    const serving = parties.filter(({ isServing }) => isServing).map(({ party: id }) => id)
    output.result({ serving }, [[`serving: ${serving.join(', ')}`, `运行中：${serving.join('、')}`]])
  },
})

export const stop = verb<SandboxOptions>({
  usage: 'stop [party]',
  isHomeless: true,
  summary: [
    "stop one party's daemon, with those that share its process, or all: others then miss their answers",
    '停止一方（及与其共用进程的各方）或全部守护进程：其他机构将得不到其答复',
  ],
  examples: ['mixun sandbox stop yi --dir ./sandbox'],
  options: [DIR_OPTION],
  action: async ({ arguments: [party], options, output }) => {
    const folder = SandboxFolder.open(options.dir)
    const stopped: string[] = []
    for (const id of party === undefined ? folder.parties : [folder.requireParty(party)]) {
      stopped.push(...(await stopDaemon(folder, id)))
    }
    output.result({ stopped }, [
      stopped.length === 0
        ? ['none was running', '没有正在运行的守护进程']
        : [`stopped: ${stopped.join(', ')}`, `已停止：${stopped.join('、')}`],
    ])
  },
})
