import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { extname } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fail, isErrorCode, mixunError } from '@mixun/core/errors'
import { takeLock } from '@mixun/sdk/home'
import type { SandboxFolder } from './folder.ts'

/** The `mixun` program, as it lies here: as source or built. */
const MAIN = fileURLToPath(new URL(`../cli/main${extname(import.meta.filename)}`, import.meta.url))
const POLL_MS = 50
/** How long a daemon may take to serve, or to end. */
const PATIENCE_MS = 60_000

/** Runs a verb in a party's home, as a process of its own. @throws what the verb failed with */
export async function runMixun(
  folder: SandboxFolder,
  party: string,
  args: readonly string[],
): Promise<unknown> {
  const child = spawn(process.execPath, programOf(folder, party, args), {
    env: environment(folder, party),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return child.exitCode === 0 ? JSON.parse(stdout) : failed(`mixun ${args[0]} (${party})`, stderr)
}

/** Starts a party's daemon, which outlives this process, and waits until it serves. @throws what it failed with */
export async function startDaemon(folder: SandboxFolder, party: string): Promise<void> {
  if (isRunning(folder, party)) return
  const log = openSync(folder.log(party), 'w', 0o600)
  const child = spawn(process.execPath, programOf(folder, party, ['serve', '--log-level', 'info']), {
    detached: true,
    env: environment(folder, party),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  const output = () => readFileSync(folder.log(party), 'utf8')
  // The first line of a daemon's standard output names its port.
  const isReady = () => output().includes(`{"party":"${party}","port":`)
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  await until(`${party} serves`, () => isReady() || isOver())
  if (!isReady()) failed(`mixun serve (${party})`, output())
  writeFileSync(folder.pidFile(party), String(child.pid))
}

/** Ends a party's daemon; false when none was running. */
export async function stopDaemon(folder: SandboxFolder, party: string): Promise<boolean> {
  // The lock first: the process id alone may belong to somebody else by now.
  if (!isRunning(folder, party) || !existsSync(folder.pidFile(party))) return false
  process.kill(Number(readFileSync(folder.pidFile(party), 'utf8')), 'SIGTERM')
  await until(`${party} stops`, () => !isRunning(folder, party))
  rmSync(folder.pidFile(party))
  return true
}

/** Whether a daemon serves the party's home. */
export function isRunning(folder: SandboxFolder, party: string): boolean {
  const lock = takeLock(`${folder.home(party)}/data/daemon.lock`)
  lock?.[Symbol.dispose]()
  return lock === undefined
}

function programOf(folder: SandboxFolder, party: string, args: readonly string[]): string[] {
  return [MAIN, ...args, '--home', folder.home(party), '--json']
}

function environment(folder: SandboxFolder, party: string): NodeJS.ProcessEnv {
  return { ...process.env, MIXUN_PASSPHRASE_FILE: folder.passphraseFile(party) }
}

/** Throws what a verb said on standard error, under its own code. */
function failed(name: string, stderr: string): never {
  const last = stderr.trim().split('\n').at(-1) ?? ''
  try {
    const { code, message } = (JSON.parse(last) as { error: { code: string; message: string } }).error
    if (isErrorCode(code)) throw mixunError(code, `${name}: ${message}`)
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  return fail('ERR_INTERNAL', `${name} failed: ${last.slice(0, 400)}`)
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !condition(); await sleep(POLL_MS)) {
    if (Date.now() > end) fail('ERR_INTERNAL', `waited a minute until ${what}`)
  }
}
