import { pino } from 'pino'
import { startDaemon } from '../../daemon/daemon.ts'
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
    const opened = await home()
    const logger = pino(
      { level: options.logLevel, base: { party: opened.identity.partyId } },
      pino.destination(2),
    )
    const daemon = await startDaemon(opened, logger)
    const { partyId } = opened.identity
    output.result({ party: partyId, port: daemon.port }, [
      [`${partyId} is serving on port ${daemon.port}`, `${partyId} 正在端口 ${daemon.port} 提供服务`],
    ])
    await new Promise<void>(resolve => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    await daemon.close()
  },
})
