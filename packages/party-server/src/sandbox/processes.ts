import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { extname } from 'node:path'
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

/**
 * Starts the daemons of a party and of those that share its process, which outlives this one, and waits until they
 * serve. @throws what they failed with
 */
export async function startDaemon(folder: SandboxFolder, party: string): Promise<void> {
  if (isRunning(folder, party)) return
  const group = folder.groupOf(party)
  const file = folder.log(party)
  const log = openSync(file, 'w', 0o600)
  const args = [MAIN, 'sandbox', 'serve', group.join(), '--dir', folder.root, '--json']
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.unref()
  for (const id of group) writeFileSync(folder.pidFile(id), String(child.pid))
  const output = () => readFileSync(file, 'utf8')
  const isReady = () => output().includes('{"serving":[')
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  await until(`${group.join(', ')} serve`, group.length, () => isReady() || isOver())
  if (!isReady()) failed(`mixun sandbox serve ${group.join()}`, output())
}

/** Ends the process of a party's daemon. @returns the parties that it served; none when it was not running */
export async function stopDaemon(folder: SandboxFolder, party: string): Promise<readonly string[]> {
  const pid = pidOf(folder, party)
  if (pid === null) return []
  const group = folder.groupOf(party)
  process.kill(pid, 'SIGTERM')
  await until(`${group.join(', ')} stop`, group.length, () => !group.some(id => isRunning(folder, id)))
  for (const id of group) rmSync(folder.pidFile(id), { force: true })
  return group
}

/** The process of a party's daemon; null when it is not running. */
export function pidOf(folder: SandboxFolder, party: string): number | null {
  // The lock first: the process id alone may belong to somebody else by now.
  if (!isRunning(folder, party) || !existsSync(folder.pidFile(party))) return null
  return Number(readFileSync(folder.pidFile(party), 'utf8'))
}

/** Whether a daemon serves the party's home. */
export function isRunning(folder: SandboxFolder, party: string): boolean {
  const lock = takeLock(`${folder.home(party)}/data/daemon.lock`)
  lock?.[Symbol.dispose]()
  return lock === undefined
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

/** @param daemons that it takes, each of which opens its keys and its ledger */
async function until(what: string, daemons: number, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + daemons * PATIENCE_MS; !condition(); await sleep(POLL_MS)) {
    if (Date.now() > end) fail('ERR_INTERNAL', `waited too long until ${what}`)
  }
}
