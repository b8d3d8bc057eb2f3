import { runDaemons, type ServedParty } from '../run-daemons.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly logLevel: string
}

export const serve = verb<Options>({
  usage: 'serve',
  summary: ['run the daemon of this home until it is told to stop', '运行本主目录的守护进程'],
  examples: ['mixun serve --home ./jia', 'mixun serve --home ./association --log-level debug --json'],
  options: [
    { flags: '--log-level <level>', text: ['fatal, error, warn, info, debug', '日志级别'], value: 'info' },
  ],
  action: async ({ options, home, output }) => {
    await runDaemons([await home()], options.logLevel, serving => {
      const [{ party, port }] = serving as [ServedParty]
      output.result({ party, port }, [
        [`${party} is serving on port ${port}`, `${party} 正在端口 ${port} 提供服务`],
      ])
    })
  },
})
