import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { CRASH_VARIABLE } from '@mixun/core/durability'
import { codeIn, startProcess, type VerbResult } from './run-verb.ts'

/** Makes the many short processes start in half the time. */
const COMPILE_CACHE = join(tmpdir(), 'mixun-compile-cache')

/**
 * Share of the points that every run passes: leases are renewed by the clock, and the mirror has more or less to take
 * in.
 */
const SURE_POINTS = 0.5

/** A command line that is killed at its durability points, and what has to hold then. */
export interface CrashingOperation {
  /** Makes ready what the next run works on. Returns the command line. */
  prepare(): readonly string[] | Promise<readonly string[]>
  /** What holds wherever the process was killed: nothing that was acknowledged before is lost. */
  afterCrash?(): void | Promise<void>
  /** What holds when the command has run again to its end: all is there, and once. */
  afterRepeat(): void | Promise<void>
  /** Written to standard input, which is empty without it. */
  readonly input?: string
  /** Codes with which the repetition may end, because the killed process had got that far. */
  readonly doneCodes?: readonly string[]
}

/**
 * Runs the operation once to list its durability points, then kills it at every `stride`-th of them, starts it again and
 * checks. @returns the points it was killed at
 */
export async function crashEverywhere(operation: CrashingOperation, stride: number): Promise<string[]> {
  const points = await recordPoints(await operation.prepare(), operation.input)
  await operation.afterRepeat()
  const killedAt: string[] = []
  for (let n = 1; n <= points.length; n += stride) {
    const args = await operation.prepare()
    const killed = await runCrashing(args, operation.input, `kill:${n}`)
    const where = `at ${points[n - 1]}, point ${n} of ${points.length}`
    if (killed.exitCode === 0 && n > SURE_POINTS * points.length) break
    if (killed.signal !== 'SIGKILL') throw new Error(`not killed ${where}: ${killed.stderr}`)
    if (killed.stdout !== '') throw new Error(`acknowledged before it was done, ${where}`)
    try {
      await operation.afterCrash?.()
      const again = await runCrashing(args, operation.input)
      const isDone = again.exitCode === 0 || operation.doneCodes?.includes(codeIn(again))
      if (!isDone) throw new Error(again.stderr)
      await operation.afterRepeat()
    } catch (cause) {
      throw new Error(`killed ${where}`, { cause })
    }
    killedAt.push(String(points[n - 1]))
  }
  return killedAt
}

async function recordPoints(args: readonly string[], input: string | undefined): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-points-'))
  const file = join(folder, 'points')
  const run = await runCrashing(args, input, `record:${file}`)
  if (run.exitCode !== 0) throw new Error(run.stderr)
  const points = readFileSync(file, 'utf8').trimEnd().split('\n')
  rmSync(folder, { recursive: true })
  return points
}

/** Runs `mixun` with its durability points armed. */
async function runCrashing(
  args: readonly string[],
  input = '',
  crash?: string,
): Promise<VerbResult & { readonly signal: NodeJS.Signals | null }> {
  const child = startCrashing(args, crash)
  child.stdin.on('error', () => {}) // one that was killed reads no more
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { exitCode: child.exitCode, signal: child.signalCode, stdout, stderr }
}

/** Starts `mixun` with its durability points armed and leaves it running. */
export function startCrashing(args: readonly string[], crash?: string) {
  const armed = crash === undefined ? {} : { [CRASH_VARIABLE]: crash }
  return startProcess(args, { NODE_COMPILE_CACHE: COMPILE_CACHE, ...armed }, 'crashing-main.ts')
}

/** A daemon with its durability points armed: one that serves, or has been killed before it did. */
export async function serveCrashing(root: string, crash?: string) {
  const daemon = startCrashing(['serve', '--home', root, '--json', '--log-level', 'silent'], crash)
  daemon.stdin.end()
  const closed = once(daemon, 'close')
  await Promise.race([once(createInterface(daemon.stdout), 'line'), closed])
  const stop = async () => {
    daemon.kill('SIGTERM')
    await closed
  }
  return { daemon, stop }
}
