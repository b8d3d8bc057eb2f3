import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import { CRASH_VARIABLE, insecure_observeDurability } from '../durability/index.ts'

/**
 * Arms the durability points of this process as {@link CRASH_VARIABLE} says: `record:<file>` lists them there, `kill:<n>`
 * ends the process at the n-th, counted from 1, `kill:<n>@<name>` at the n-th of the files of this name: what goes by the clock
 * then does not count in between. It takes the variable out of the environment, because the command line
 * refuses to run under it.
 */
export function insecure_armCrashPoints(env: NodeJS.ProcessEnv = process.env): void {
  const [, what, value = ''] = /^(record|kill):(.+)$/.exec(env[CRASH_VARIABLE] ?? '') ?? []
  delete env[CRASH_VARIABLE]
  if (what === 'record') {
    insecure_observeDurability((point, subject) => appendFileSync(value, `${point} ${nameOf(subject)}\n`))
  }
  if (what !== 'kill') return
  const [count, only] = value.split('@')
  let left = Number(count)
  insecure_observeDurability((_, subject) => {
    if (only !== undefined && nameOf(subject) !== only) return
    left--
    // As `kill -9`: no handler runs, nothing is flushed.
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  })
}

/** The file's name without what differs from run to run. */
function nameOf(file: string): string {
  return basename(file).replace(/\.\d+\.tmp$/, '')
}
