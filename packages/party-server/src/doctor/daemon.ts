import { connect } from 'node:net'
import { once } from 'node:events'
import { type Home, takeLock } from '@mixun/sdk/home'
import { type Finding, ok, problem, warning } from './finding.ts'

const PATIENCE_MS = 2_000

/** Whether one daemon serves this home, and nobody else at its address. */
export async function examineDaemon(home: Home): Promise<Finding[]> {
  const { host, port } = home.config.listen
  const address = `${host}:${port}`
  const isListening = await answers(host, port)
  if (isServed(home)) {
    if (isListening) return [ok('daemon', [`serving at ${address}`, `正在 ${address} 提供服务`])]
    return [
      problem(
        'daemon',
        [
          `a daemon holds this home, but nothing listens at ${address}`,
          `守护进程占用本主目录，但 ${address} 无人监听`,
        ],
        ['stop it and start mixun serve again; see its log', '请停止后重新执行 mixun serve，并查看日志'],
      ),
    ]
  }
  if (isListening) {
    return [
      problem(
        'daemon',
        [
          `something else listens at ${address}: another home, or an older daemon`,
          `${address} 被其他程序占用：另一主目录或旧版守护进程`,
        ],
        ['stop it, or change listen in config.toml', '请停止该程序，或修改 config.toml 的 listen'],
      ),
    ]
  }
  return [
    warning(
      'daemon',
      [
        'no daemon is running: others miss the answers of this party',
        '守护进程未运行：其他机构将得不到本方答复',
      ],
      ['run mixun serve', '请执行 mixun serve'],
    ),
  ]
}

function isServed(home: Home): boolean {
  const lock = takeLock(home.paths.daemonLock)
  lock?.[Symbol.dispose]()
  return lock === undefined
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host: host === '0.0.0.0' ? '127.0.0.1' : host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
