import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onExit } from '../clean-up.ts'
import { MIXUN } from './command-line.ts'
import { passphraseEnvironment } from './passphrase.ts'

const START_MS = 30_000
const STOP_MS = 10_000

/** A running `mixun serve`. */
export class Daemon implements AsyncDisposable {
  readonly pid: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid as number
  }

  /** Starts the daemon of a home and waits until it serves. @throws with its log when it does not */
  static async start(home: string): Promise<Daemon> {
    const child = spawn(process.execPath, [MIXUN, 'serve', '--home', home, '--log-level', 'warn', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: passphraseEnvironment(),
    })
    const forget = onExit(() => child.kill('SIGKILL'))
    child.once('close', forget)
    let log = ''
    child.stderr.on('data', data => {
      // A daemon that complains without end must not fill the memory of the harness.
      if (log.length < 65_536) log += String(data)
    })
    const serving = once(child.stdout, 'data', { signal: AbortSignal.timeout(START_MS) })
    const ended = once(child, 'close').then(() => Promise.reject(new Error('it ended')))
    try {
      await Promise.race([serving, ended])
    } catch (cause) {
      child.kill('SIGKILL')
      throw new Error(`the daemon of ${home} does not serve: ${log}`, { cause })
    }
    ended.catch(() => {})
    return new Daemon(child)
  }

  /** Ends the daemon as an operator would, and by force when it does not follow. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'close')
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    this.#child.kill('SIGTERM')
    await ended
    clearTimeout(force)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
